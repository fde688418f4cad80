import Foundation
import Logging

/// Log lines to standard error: time, level, message, and the metadata as key=value. Under systemd the journal keeps
/// the time and the level itself, so the time stays out and the level becomes its "<n>" prefix (sd-daemon(3)).
struct LogOutput: LogHandler {
    var metadata: Logger.Metadata = [:]
    /// Nil: as the node's threshold says.
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
        // One event, one line: a line break in a peer's text must not look like another event.
        let text = "\(event.message)\(pairs)".split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .joined(separator: " ").visibleLine
        if isUnderSystemd {
            write("<\(Self.severity(event.level))>\(text)\n")
        } else {
            let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            write("\(time) \(event.level.rawValue) \(text)\n")
        }
    }

    /// syslog's severities.
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
