extension Schema {
    /// What an account says beside its role, and at a gateway the people whom central named.
    static let people = """
        ALTER TABLE accesses ADD COLUMN work_group TEXT NOT NULL DEFAULT '';
        ALTER TABLE accesses ADD COLUMN department TEXT NOT NULL DEFAULT '';
        ALTER TABLE accesses ADD COLUMN grids TEXT NOT NULL DEFAULT '';     -- one a line
        CREATE TABLE people_list (          -- at a gateway: which list of people is held
            only INTEGER PRIMARY KEY CHECK (only = 1),
            version INTEGER NOT NULL,       -- first: a salvage takes a node and an incarnation there for the identity
            node BLOB NOT NULL,             -- the central node that sent it,
            incarnation BLOB NOT NULL       -- and its incarnation
        );
        CREATE TABLE people (               -- at a gateway: central sends the list again if a row is corrupt
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL,
            work_group TEXT NOT NULL,
            department TEXT NOT NULL,
            grids TEXT NOT NULL,            -- one a line
            verifier TEXT NOT NULL          -- of the password
        ) WITHOUT ROWID;
        """
}
