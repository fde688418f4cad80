/// What `gateway --help` and `central --help` say below the abstract.
enum NodeCommandHelp {
    static let text = ExitStatus.table(
        below: """
            Settings come from flags, else FIELDPOST_… environment variables, else the file, else their defaults. \
            SIGTERM and SIGINT end the node in order; a second one ends it at once, and what was acknowledged is safe \
            then too. Log lines go to standard error.
            """)
}
