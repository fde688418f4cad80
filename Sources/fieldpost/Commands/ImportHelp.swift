/// What `import --help` says below the abstract. The parser wraps paragraphs; lists are wrapped here, at 76 columns.
enum ImportHelp {
    static let text = ExitStatus.table(
        below: """
            Two forms of CSV are understood, told apart by the header:

              - plain: the API's field names, at least `id` and `channel`: id, channel,
                category, text, lat, lon, datum, accuracy, captured_at, device,
                reporter, priority, grid, department, stage. An empty cell is left out.
                An id that is a UUID is the report's; any other text names the row.
              - Pingshan service events: REC_ID, CREATE_TIME, STREET_NAME, …; places are
                made up around each community.

            Ids come from the file's name and the row's own id, and failed requests are sent again under the same \
            id: so an import may be stopped and run again at any time, and doubles nothing. A malformed row is named \
            and skipped.
            """)
}
