/** A store that lasts as long as the page, for browsers without IndexedDB. It answers like the one of store.js. */

/** Makes one. `upgrade` makes its tables as in IndexedDB; each table needs a `keyPath`. */
export function memoryStore(upgrade) {
  const tables = new Map();
  upgrade({
    objectStoreNames: { contains: (name) => tables.has(name) },
    createObjectStore(name, { keyPath }) {
      tables.set(name, { keyPath, rows: new Map() });
    },
  }, 0);
  const tx = {
    get: async (table, key) => copy(tables.get(table).rows.get(String(key))),
    all: async (table) => [...tables.get(table).rows.values()].map(copy),
    put: async (table, value) => {
      const { keyPath, rows } = tables.get(table);
      const key = Array.isArray(keyPath) ? keyPath.map((name) => value[name]) : value[keyPath];
      rows.set(String(key), copy(value));
    },
    remove: async (table, key) => void tables.get(table).rows.delete(String(key)),
  };
  let last = Promise.resolve();
  return {
    lasting: false,
    ...tx,
    /** One change after the other, as transactions would be. */
    change(names, fn) {
      const before = new Map(names.map((name) => [name, new Map(tables.get(name).rows)]));
      const next = last.then(() => fn(tx)).catch((error) => {
        for (const [name, rows] of before) tables.get(name).rows = rows;
        throw error;
      });
      last = next.catch(() => {});
      return next;
    },
  };
}

function copy(value) {
  return value === undefined ? undefined : structuredClone(value);
}
