/// What a gateway keeps of central's proofs, and central of what gateways cannot prove.
extension Schema {
    static let ninth = """
        ALTER TABLE origins ADD COLUMN proved INTEGER;      -- at a gateway: central's last proof is of 1…proved,
        ALTER TABLE origins ADD COLUMN proved_chain BLOB;   -- with this chain value,
        ALTER TABLE origins ADD COLUMN proof BLOB;          -- is this,
        ALTER TABLE origins ADD COLUMN prover BLOB;         -- and was made by this central node
        ALTER TABLE feed_cursors ADD COLUMN proof BLOB;
        CREATE TABLE proofs (               -- at a gateway: of entries that central sent
            place INTEGER PRIMARY KEY,
            proof BLOB NOT NULL
        );
        CREATE TABLE hearsay (              -- at central: entries that another than their author gave, without a proof
            number INTEGER PRIMARY KEY,
            node BLOB NOT NULL,
            incarnation BLOB NOT NULL,
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL,
            report BLOB NOT NULL,
            giver BLOB NOT NULL,
            bytes BLOB NOT NULL,
            UNIQUE (node, incarnation, seq, hash)
        );
        CREATE INDEX hearsay_by_report ON hearsay (report);
        CREATE TABLE suspicions (           -- at central: what gateways claimed that cannot be so
            number INTEGER PRIMARY KEY,
            gateway BLOB NOT NULL,
            kind TEXT NOT NULL,
            account TEXT NOT NULL,
            UNIQUE (gateway, kind)
        );
        """
}
