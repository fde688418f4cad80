import GRDB

/// The tables, created by migrations. A migration that has shipped is never edited.
enum Schema {
    /// The first migration. Every journal has it.
    static let firstVersion = "1 journal"

    static var migrator: DatabaseMigrator {
        // A row that refers to a missing row must not stop an upgrade. The scrub repairs what follows from entries.
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        migrator.registerMigration(firstVersion) { try $0.execute(sql: first) }
        migrator.registerMigration("2 lives") { try $0.execute(sql: second) }
        migrator.registerMigration("3 retention") { try $0.execute(sql: third) }
        migrator.registerMigration("4 enrolment") { try $0.execute(sql: fourth) }
        migrator.registerMigration("5 replacement") { try $0.execute(sql: fifth) }
        migrator.registerMigration("6 access") { try $0.execute(sql: sixth) }
        migrator.registerMigration("7 columns of keys first") { try $0.execute(sql: seventh) }
        migrator.registerMigration("9 proofs") { try $0.execute(sql: ninth) }
        migrator.registerMigration("10 scope") { try $0.execute(sql: tenth) }
        migrator.registerMigration("12 share") { try $0.execute(sql: twelfth) }
        migrator.registerMigration("13 names") { try $0.execute(sql: thirteenth) }
        migrator.registerMigration("14 report ids") { try $0.execute(sql: fourteenth) }
        migrator.registerMigration("15 scrub") { try $0.execute(sql: scrub) }
        migrator.registerMigration("16 listings") { try $0.execute(sql: listings) }
        migrator.registerMigration("17 backfills") { try $0.execute(sql: backfills) }
        migrator.registerMigration("18 claims") { try $0.execute(sql: claims) }
        migrator.registerMigration("19 feeds") { try $0.execute(sql: feeds) }
        migrator.registerMigration("20 attachments") { try $0.execute(sql: attachments) }
        migrator.registerMigration("21 early") { try $0.execute(sql: early) }
        migrator.registerMigration("22 settings") { try $0.execute(sql: settings) }
        migrator.registerMigration("23 cases") { try $0.execute(sql: cases) }
        migrator.registerMigration("24 people") { try $0.execute(sql: people) }
        migrator.registerMigration("25 receipts") { try $0.execute(sql: receipts) }
        migrator.registerMigration("26 search") { try $0.execute(sql: search) }
        migrator.registerMigration("27 changes") { try $0.execute(sql: changes) }
        migrator.registerMigration("28 facts") { try $0.execute(sql: facts) }
        migrator.registerMigration("29 counts") { try $0.execute(sql: counts) }
        migrator.registerMigration("30 entry digests") { try $0.execute(sql: entryDigests) }
        return migrator
    }

    /// `place` packs an entry's dot into the row id: the number of its origin (23 bits) above its seq (40 bits). So the
    /// entries of one origin are stored together in order, and need no index.
    ///
    /// Random keys are expensive: each one touches a page of its own, and a commit writes the whole page. So ids of
    /// entries are indexed only at the node that wrote them, where a retry must be recognized. Central's main path has
    /// only one random index.
    private static let first = """
        CREATE TABLE identity (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            node BLOB NOT NULL,
            incarnation BLOB NOT NULL
        );
        CREATE TABLE origins (
            number INTEGER PRIMARY KEY,
            node BLOB NOT NULL,
            incarnation BLOB NOT NULL,
            head INTEGER NOT NULL,          -- entries 1…head are held without a gap
            chain BLOB NOT NULL,            -- H(head)
            receipt INTEGER NOT NULL,       -- central holds 1…receipt durably
            UNIQUE (node, incarnation)
        );
        CREATE TABLE reports (
            number INTEGER PRIMARY KEY,     -- order of arrival here
            id BLOB NOT NULL UNIQUE,
            digest BLOB NOT NULL,
            conflict INTEGER NOT NULL,
            channel TEXT, category TEXT, priority TEXT, grid TEXT, stage TEXT, department TEXT
        );
        CREATE TABLE entries (
            place INTEGER PRIMARY KEY,
            report INTEGER REFERENCES reports (number),  -- NULL when quarantined
            hash BLOB NOT NULL,
            chain BLOB,                     -- H(seq); NULL where the origin's run up to here is not held
            bytes BLOB NOT NULL,
            quarantine TEXT                 -- why the bytes are kept but not merged
        );
        CREATE INDEX reports_in_conflict ON reports (number) WHERE conflict;
        CREATE INDEX entries_by_report ON entries (report);
        CREATE INDEX entries_quarantined ON entries (place) WHERE quarantine IS NOT NULL;
        CREATE TABLE keys (                 -- ids of the entries that this node wrote: idempotency keys
            id BLOB PRIMARY KEY,
            place INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE gateways (
            number INTEGER PRIMARY KEY,
            node BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            acknowledged INTEGER NOT NULL   -- the gateway holds its feed durably up to this position
        );
        CREATE TABLE grids (
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            grid TEXT NOT NULL,
            PRIMARY KEY (gateway, grid)
        ) WITHOUT ROWID;
        CREATE TABLE scopes (               -- reports a gateway gets beside those it wrote to
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            report INTEGER NOT NULL REFERENCES reports (number),
            PRIMARY KEY (report, gateway)
        ) WITHOUT ROWID;
        CREATE TABLE feed (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            place INTEGER NOT NULL
        );
        CREATE INDEX feed_by_gateway ON feed (gateway, position);
        CREATE TABLE feed_cursors (         -- at a gateway: how far each central's feed was read
            central BLOB PRIMARY KEY,
            incarnation BLOB NOT NULL,
            position INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// For restores, forks, corruption and wrong clocks.
    private static let second = """
        ALTER TABLE identity ADD COLUMN role INTEGER;
        ALTER TABLE identity ADD COLUMN predecessor BLOB;               -- the incarnation that this one followed
        ALTER TABLE identity ADD COLUMN leased INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE origins ADD COLUMN forked INTEGER;                  -- own entries after this seq were moved away
        ALTER TABLE origins ADD COLUMN known INTEGER NOT NULL DEFAULT 0;    -- receipts prove: 1…known were held here
        ALTER TABLE gateways ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0;    -- what it keeps of others was asked for
        CREATE TABLE lives (                -- at central: the incarnations that each gateway called itself
            node BLOB NOT NULL,
            incarnation BLOB NOT NULL,
            predecessor BLOB,
            accepted INTEGER NOT NULL,      -- 0: a second one that follows the same life, until a person decides
            PRIMARY KEY (node, incarnation)
        ) WITHOUT ROWID;
        CREATE TABLE orphans (              -- bytes that could not follow their neighbours to a new incarnation
            number INTEGER PRIMARY KEY,
            origin INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            reason TEXT NOT NULL
        );
        CREATE TABLE unread (               -- own entries that central keeps but cannot read
            place INTEGER PRIMARY KEY
        );
        CREATE TABLE settled (              -- incidents that a person has seen to
            place INTEGER PRIMARY KEY
        );
        CREATE TABLE boots (                -- wall clock here minus monotonic clock of a node since a boot
            node BLOB NOT NULL,
            boot BLOB NOT NULL,
            offset INTEGER NOT NULL,        -- milliseconds
            uncertainty INTEGER NOT NULL,   -- milliseconds
            measured INTEGER NOT NULL,      -- that monotonic clock at the measure
            PRIMARY KEY (node, boot)
        ) WITHOUT ROWID;
        CREATE INDEX entries_about_journal ON entries (place) WHERE report IS NULL AND quarantine IS NULL;
        """

    /// What a gateway keeps after central's receipt, and for how long. Times are running time in milliseconds: see
    /// `RetentionMemory`. A pruned entry keeps its row, with empty bytes and no quarantine. At central `touched` is
    /// NULL, so that the index costs nothing there.
    private static let third = """
        ALTER TABLE reports ADD COLUMN touched INTEGER;     -- nothing of it came after; NULL once it is pruned
        ALTER TABLE reports ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0;   -- the bodies of its entries are gone
        UPDATE reports SET touched = 0;
        CREATE INDEX reports_by_rest ON reports (touched) WHERE touched IS NOT NULL;
        CREATE INDEX reports_pruned ON reports (number) WHERE pruned;
        CREATE TABLE retention (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            clock INTEGER NOT NULL,         -- running time of this node
            since INTEGER NOT NULL,         -- when the life of central below was first met
            node BLOB,
            incarnation BLOB,
            entries INTEGER NOT NULL,       -- pruned so far, and the bytes of their bodies
            bytes INTEGER NOT NULL
        );
        INSERT INTO retention (only, clock, since, entries, bytes) VALUES (1, 0, 0, 0, 0);
        CREATE TABLE marks (                -- from then on central was known to hold 1…seq
            origin INTEGER NOT NULL,
            clock INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (origin, clock)
        ) WITHOUT ROWID;
        """

    /// The gateways that central's administrators admitted. This follows from the audit events among central's own
    /// entries. The tokens are stored only here.
    private static let fourth = """
        CREATE TABLE enrolments (
            gateway BLOB PRIMARY KEY,
            depth INTEGER NOT NULL,         -- of the act that says it, and the act's entry id
            act BLOB NOT NULL,
            state TEXT NOT NULL,
            name TEXT NOT NULL,
            grids TEXT NOT NULL             -- one a line
        ) WITHOUT ROWID;
        CREATE TABLE tokens (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            hash BLOB NOT NULL UNIQUE,
            name TEXT,                      -- what the gateway shall be called; NULL: as it says
            grids TEXT,                     -- one a line; NULL: as it says
            made INTEGER NOT NULL,          -- milliseconds since 1970 by central's clock, as the next
            ends INTEGER NOT NULL,
            gateway BLOB                    -- who used it
        );
        """

    private static let fifth = """
        ALTER TABLE tokens ADD COLUMN replaces BLOB;        -- the gateway that is revoked when it is used
        """

    /// Who may use this node's HTTP API. This follows from the audit events among the node's own entries.
    private static let sixth = """
        CREATE TABLE accesses (
            name TEXT PRIMARY KEY,
            depth INTEGER NOT NULL,         -- of the act that says it, and the act's entry id
            act BLOB NOT NULL,
            "right" TEXT NOT NULL,
            verifier TEXT NOT NULL,         -- of the secret
            revoked INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX accesses_by_verifier ON accesses (verifier);
        """

    /// SQLite 3.40's `quick_check` has a fault. In a table `WITHOUT ROWID` whose key names its columns in another order
    /// than the table, it looks for NULL in the wrong column, and reports damage that does not exist. So the columns of
    /// such a key come first, in the key's order.
    private static let seventh = """
        ALTER TABLE scopes RENAME TO scopes_before;
        CREATE TABLE scopes (               -- reports a gateway gets beside those it wrote to
            report INTEGER NOT NULL REFERENCES reports (number),
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            PRIMARY KEY (report, gateway)
        ) WITHOUT ROWID;
        INSERT INTO scopes (report, gateway) SELECT report, gateway FROM scopes_before ORDER BY report, gateway;
        DROP TABLE scopes_before;
        """

    /// Which reports a gateway may see follows from its grids and from the grids that entries of a report ever named.
    private static let tenth = """
        CREATE TABLE named (                -- at central: the grids that any entry of a report names
            report INTEGER NOT NULL REFERENCES reports (number),
            grid TEXT NOT NULL,
            PRIMARY KEY (report, grid)
        ) WITHOUT ROWID;
        ALTER TABLE identity ADD COLUMN named INTEGER NOT NULL DEFAULT 0;   -- that table holds all reports
        ALTER TABLE feed ADD COLUMN withdrawn INTEGER;  -- a report that left the gateway's scope; `place` is 0 then
        ALTER TABLE feed ADD COLUMN told INTEGER NOT NULL DEFAULT 0;    -- the gateway may hold another entry there
        DROP TABLE scopes;
        ALTER TABLE reports ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;    -- pruned, having left a gateway's scope
        ALTER TABLE boots ADD COLUMN reference BLOB;    -- the boot of this node at the measure,
        ALTER TABLE boots ADD COLUMN base INTEGER;      -- and its wall clock minus its monotonic clock
        """

    /// Counts a gateway's share of a report even when the bodies are pruned, and how much a journal held even when
    /// other entries replaced some of it.
    private static let twelfth = """
        ALTER TABLE reports ADD COLUMN share INTEGER NOT NULL DEFAULT 0;    -- bytes this node wrote, once let go
        ALTER TABLE identity ADD COLUMN vacated INTEGER NOT NULL DEFAULT 0; -- by how much heads were ever set back
        """

    /// Tables and columns get the names that the code and the documents use.
    private static let thirteenth = """
        ALTER TABLE lives RENAME TO incarnations;
        ALTER TABLE enrolments RENAME TO enrollments;
        ALTER TABLE enrollments RENAME COLUMN act TO event;
        ALTER TABLE accesses RENAME COLUMN act TO event;
        ALTER TABLE accesses RENAME COLUMN "right" TO role;
        ALTER TABLE settled RENAME TO resolved;
        ALTER TABLE gateways RENAME COLUMN recalled TO fetched;
        ALTER TABLE retention RENAME COLUMN clock TO running_time;
        ALTER TABLE marks RENAME COLUMN clock TO running_time;
        """

    /// Ids of reports leave the table for two tables that are written in order: see `ReportIndex`. An id of a report
    /// that is also the id of the entry that created it needs no row in `keys`.
    private static let fourteenth = """
        CREATE TABLE reports_new (
            number INTEGER PRIMARY KEY,     -- order of arrival here
            id BLOB NOT NULL,
            digest BLOB NOT NULL,
            conflict INTEGER NOT NULL,
            channel TEXT, category TEXT, priority TEXT, grid TEXT, stage TEXT, department TEXT,
            touched INTEGER,                -- nothing of it came after; NULL once it is pruned
            pruned INTEGER NOT NULL DEFAULT 0,      -- the bodies of its entries are gone
            withdrawn INTEGER NOT NULL DEFAULT 0,   -- pruned, having left a gateway's scope
            share INTEGER NOT NULL DEFAULT 0,       -- bytes this node wrote, once let go
            created INTEGER                 -- place of this node's entry that has the report's id
        );
        INSERT INTO reports_new SELECT number, id, digest, conflict, channel, category, priority, grid, stage,
            department, touched, pruned, withdrawn, share, NULL FROM reports ORDER BY number;
        DROP TABLE reports;
        ALTER TABLE reports_new RENAME TO reports;
        CREATE INDEX reports_in_conflict ON reports (number) WHERE conflict;
        CREATE INDEX reports_by_rest ON reports (touched) WHERE touched IS NOT NULL;
        CREATE INDEX reports_pruned ON reports (number) WHERE pruned;
        CREATE TABLE report_ids_1 (
            id BLOB PRIMARY KEY,
            number INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE report_ids_2 (
            id BLOB PRIMARY KEY,
            number INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO report_ids_1 (id, number) SELECT id, number FROM reports ORDER BY id;
        ALTER TABLE identity ADD COLUMN ids_written INTEGER NOT NULL DEFAULT 0; -- ids of reports 1…n are in a table
        ALTER TABLE identity ADD COLUMN ids_first INTEGER NOT NULL DEFAULT 0;   -- about the rows of `report_ids_1`
        UPDATE identity SET ids_written = coalesce((SELECT max(number) FROM reports), 0),
            ids_first = (SELECT count(*) FROM reports);
        """

    private static let scrub = """
        CREATE TABLE scrub (                -- where the next process goes on to scrub
            only INTEGER PRIMARY KEY CHECK (only = 1),
            phase TEXT NOT NULL,
            after INTEGER NOT NULL
        );
        """

    /// Which entries name which photos and clips. `attachments` follows from the entries.
    private static let attachments = """
        CREATE TABLE blobs (
            number INTEGER PRIMARY KEY,     -- order in which they were first named here
            hash BLOB NOT NULL UNIQUE,
            bytes INTEGER NOT NULL,
            held INTEGER NOT NULL DEFAULT 0 -- central holds it durably
        );
        CREATE INDEX blobs_not_held ON blobs (number) WHERE NOT held;
        CREATE TABLE attachments (
            blob INTEGER NOT NULL REFERENCES blobs (number),
            place INTEGER NOT NULL,         -- of the entry that names it
            PRIMARY KEY (blob, place)
        ) WITHOUT ROWID;
        CREATE INDEX attachments_by_place ON attachments (place);
        ALTER TABLE identity ADD COLUMN blob_holder BLOB;   -- the incarnation of central of which `held` speaks
        """

    /// For central after a restore: a claim about a gateway's entries is judged when that gateway says hello.
    private static let claims = """
        ALTER TABLE incarnations ADD COLUMN greeted BLOB;       -- the incarnation of central at the last hello,
        ALTER TABLE incarnations ADD COLUMN written INTEGER;    -- what the gateway had written then,
        ALTER TABLE incarnations ADD COLUMN proven INTEGER;     -- and how much of it central once held
        CREATE TABLE claims (               -- entries that claim to have seen 1…seq, which central does not hold
            node BLOB NOT NULL,
            incarnation BLOB NOT NULL,
            place INTEGER NOT NULL,         -- of the entry that claims it
            seq INTEGER NOT NULL,
            PRIMARY KEY (node, incarnation, place)
        ) WITHOUT ROWID;
        """
}
