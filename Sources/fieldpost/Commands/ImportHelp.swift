/// The text of `import --help` below the abstract. The parser wraps paragraphs; lists are wrapped here, at 76 columns.
enum ImportHelp {
    static let text = ExitStatus.table(
        below: """
            The header decides which of two CSV formats is used:

              - plain: the API's field names, at least `id` and `channel`: id, channel,
                category, text, lat, lon, datum, accuracy, captured_at, device,
                reporter, priority, grid, department, stage. An empty cell is left out.
                A UUID becomes the report's id; any other id only names the row.
              - Pingshan service events: REC_ID, CREATE_TIME, STREET_NAME, …; places
                are invented around each community.

            A row is identified by the content of all its cells, including its id, not by the file's name or its line. \
            So an import can be stopped and repeated at any time, also from a renamed copy, without duplicates. A \
            changed row becomes another report. With --source NAME, a row is identified by this name and its id. A row \
            that was changed since it was imported is then refused and reported.

            Duplicate rows are reported before anything is sent. Rows with equal content become one report. Rows with \
            the same id but other content stop the import. With --take-reused-ids each of them becomes a separate \
            report: the first keeps the id, and the others are identified by their whole content. More rows may then \
            be appended to the file, and it may be imported again. A malformed row is reported with its line and \
            column, and skipped.
            """)
}
