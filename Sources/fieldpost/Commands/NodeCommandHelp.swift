/// The text of `gateway --help` and `central --help` below the abstract.
enum NodeCommandHelp {
    static let text = ExitStatus.table(
        below: """
            Settings come from flags, else from FIELDPOST_… environment variables, else from the file, else from their \
            defaults. SIGTERM and SIGINT stop the node cleanly. A second one stops it at once; acknowledged data is \
            safe then too. SIGHUP reads the configuration again. The log level and the TLS files of HTTP are applied \
            at once; the log names the settings that need a restart. Log lines go to standard error.
            """)
}
