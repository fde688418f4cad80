extension Schema {
    /// The search index. It follows from the entries of reports, and is made anew when it is of another version.
    ///
    /// It is written in segments: the terms of 4,096 reports together, once for each segment, and again when many of
    /// them have changed. What waits for that is only in memory (`SearchIndex`). So a new report costs no write of its
    /// own here, and no random page. A question reads one piece of each segment for each term, newest first.
    static let search = """
        CREATE TABLE search_segments (
            segment INTEGER PRIMARY KEY,    -- the number of a report without its last 12 bits
            last INTEGER NOT NULL,          -- it has the reports up to this number
            earliest INTEGER NOT NULL,      -- of the times that are known. Seconds since 1970
            latest INTEGER NOT NULL,
            times BLOB NOT NULL             -- of each report, 4 bytes; 0: unknown
        );
        CREATE TABLE search_pieces (
            key INTEGER PRIMARY KEY,        -- the segment above the last term of the piece, which has 32 bits
            bytes BLOB NOT NULL             -- see `SearchPiece`
        );
        ALTER TABLE identity ADD COLUMN search_version INTEGER NOT NULL DEFAULT 0;  -- of `SearchIndex.version`
        ALTER TABLE identity ADD COLUMN search_after INTEGER NOT NULL DEFAULT 0;    -- segments lack only later changes
        """
}
