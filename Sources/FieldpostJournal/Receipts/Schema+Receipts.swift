extension Schema {
    /// Receipts of reports, and what their reporters took back. `report_receipts` and `hidden` follow from the entries.
    static let receipts = """
        ALTER TABLE reports ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;   -- its reporter took it back
        CREATE INDEX reports_hidden ON reports (number) WHERE hidden;
        CREATE TABLE report_receipts (
            report INTEGER NOT NULL,        -- the number in `reports`
            hash BLOB NOT NULL,
            PRIMARY KEY (report, hash)
        ) WITHOUT ROWID;
        CREATE INDEX report_receipts_by_hash ON report_receipts (hash, report);
        CREATE TABLE receipt_summaries (    -- at a gateway: what is left of pruned reports with a receipt
            report INTEGER PRIMARY KEY,
            summary BLOB NOT NULL,
            ends INTEGER NOT NULL           -- running time in milliseconds
        );
        CREATE INDEX receipt_summaries_by_end ON receipt_summaries (ends);
        UPDATE identity SET cases_version = 0, cases_made = 0;              -- the same walk makes these rows
        """
}
