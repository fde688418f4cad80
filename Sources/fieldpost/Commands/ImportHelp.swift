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

            A row is known by all that its cells say, its own id among them, and never by the file's name or its line: \
            so an import may be stopped and run again at any time, also from a copy under another name, and doubles \
            nothing. A row that was changed is another report then. With --source NAME a row is known by this name and \
            its id, and one that was changed since it was imported is refused, and named.

            What stands twice in a file is named before anything is sent: rows that are all the same are one report; \
            rows that share an id and differ end the import, unless --take-reused-ids lets each be a report of its \
            own: the first keeps the id, each other one is known by all that it says, so that such a file may grow at \
            its end and be imported again. A malformed row is named, with its line and column, and skipped.
            """)
}
