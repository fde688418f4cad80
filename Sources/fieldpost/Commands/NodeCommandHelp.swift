/// What `gateway --help` and `central --help` say below the abstract.
enum NodeCommandHelp {
    static let text = ExitStatus.table(
        below: """
            Settings come from flags, else FIELDPOST_… environment variables, else the file, else their defaults. \
            SIGTERM and SIGINT end the node in order; a second one ends it at once, and what was acknowledged is safe \
            then too. SIGHUP reads the configuration again: the level of the log and the TLS files of HTTP are taken \
            up at once, and the log names what counts at the next start. Log lines go to standard error.
            """)
}
