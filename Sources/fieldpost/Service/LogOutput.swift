import Foundation
import Logging

/// Writes log lines to standard error: time, level, message, and metadata as key=value. Under systemd the journal
/// records the time and the level itself. So the time is left out, and the level becomes the prefix "<n>"
/// (sd-daemon(3)).
struct LogOutput: LogHandler {
    var metadata: Logger.Metadata = [:]
    /// Nil: the node's threshold applies.
    private var ownLevel: Logger.Level?
    private let threshold: LogThreshold
    private let isUnderSystemd: Bool
    private let write: @Sendable (String) -> Void

    init(
        label: String, threshold: LogThreshold = LogThreshold(.info),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        write: @escaping @Sendable (String) -> Void = TTY.writeError
    ) {
        isUnderSystemd = environment["JOURNAL_STREAM"] != nil
        self.threshold = threshold
        self.write = write
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // One event is one line: a line break in a peer's text must not look like another event.
        let text = "\(event.message)\(pairs)".split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .joined(separator: " ").visibleLine
        if isUnderSystemd {
            write("<\(Self.severity(event.level))>\(text)\n")
        } else {
            let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            write("\(time) \(event.level.rawValue) \(text)\n")
        }
    }

    /// The severities of syslog.
    private static func severity(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
