/** IndexedDB by promises. Opens again when the browser closed the connection, as phones do when memory is short. */

/** The phone has no room for what was to be kept. Nothing of the change was kept. */
export class StorageFull extends Error {
  constructor() {
    super("the browser's storage is full");
    this.name = "StorageFull";
  }
}

/**
 * Opens a database.
 * `upgrade(db, oldVersion)` makes its tables. Where the browser has no IndexedDB (some private windows), the store is
 * kept in memory: `lasting` is then false, and the page must say so.
 * `change(tables, fn)` calls `fn(tx)` in one transaction that is kept whole or not at all; `tx` has get, all, put and
 * remove, and nothing else may be awaited in it.
 */
export async function openStore(name, version, upgrade) {
  let connection = null;

  async function open() {
    if (connection) return connection;
    const db = await connect(name, version, upgrade);
    db.onclose = () => (connection = null);
    db.onversionchange = () => {
      db.close();
      connection = null;
    };
    connection = db;
    return db;
  }

  async function run(mode, tables, fn) {
    for (let attempt = 0; ; attempt += 1) {
      const db = await open();
      let transaction;
      try {
        transaction = db.transaction(tables, mode, { durability: "strict" });
      } catch (error) {
        if (error.name !== "InvalidStateError" || attempt === 2) throw error;
        connection = null;
        continue;
      }
      return finish(transaction, fn);
    }
  }

  try {
    await open();
  } catch (error) {
    if (error.name === "VersionError") throw error;
    return (await import("./memory-store.js")).memoryStore(upgrade);
  }
  return {
    lasting: true,
    get: (table, key) => run("readonly", [table], (tx) => tx.get(table, key)),
    all: (table) => run("readonly", [table], (tx) => tx.all(table)),
    put: (table, value) => run("readwrite", [table], (tx) => tx.put(table, value)),
    remove: (table, key) => run("readwrite", [table], (tx) => tx.remove(table, key)),
    change: (tables, fn) => run("readwrite", tables, fn),
  };
}

function connect(name, version, upgrade) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finish(transaction, fn) {
  return new Promise((resolve, reject) => {
    let result;
    let failure = null;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(named(failure ?? transaction.error ?? new Error("the change was not kept")));
    const tx = {
      get: (table, key) => settled(transaction.objectStore(table).get(key)),
      all: (table) => settled(transaction.objectStore(table).getAll()),
      put: (table, value) => settled(transaction.objectStore(table).put(value)),
      remove: (table, key) => settled(transaction.objectStore(table).delete(key)),
    };
    Promise.resolve()
      .then(() => fn(tx))
      .then(
        (value) => (result = value),
        (error) => {
          failure = error;
          try {
            transaction.abort();
          } catch {
            reject(named(error)); // it has ended already
          }
        },
      );
  });
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function named(error) {
  return error?.name === "QuotaExceededError" ? new StorageFull() : error;
}
