import FieldpostAPI

/// The status as a screen that is drawn again and again.
enum StatusScreen {
    /// The terminal's other screen, without a cursor, so that what was there before comes back at the end.
    static let begin = "\u{1B}[?1049h\u{1B}[?25l"
    static let end = "\u{1B}[?25h\u{1B}[?1049l"

    /// Draws over the last frame. What does not fit is left out, and the last line says how much.
    static func frame(_ text: String, _ size: (columns: Int, rows: Int)) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        if lines.count > size.rows {
            let shown = max(size.rows - 1, 0)
            lines = lines.prefix(shown) + ["… \(Quantity.count(lines.count - shown, "more line"))"]
        }
        let drawn = lines.map { DisplayWidth.fit($0, columns: size.columns) + "\u{1B}[K" }
        return "\u{1B}[H" + drawn.joined(separator: "\r\n") + "\u{1B}[J"
    }

    /// Shows a text again and again until it is interrupted: in place if `isScreen`, and else one below the other. A
    /// daemon that does not answer ends this only at the first look: it may be restarted.
    static func watch(
        every pause: Duration, isScreen: Bool, _ text: @escaping @Sendable () async throws -> String
    ) async throws {
        if isScreen { TTY.write(begin) }
        try await Interruption.untilStopped(cleanUp: { if isScreen { TTY.write(end) } }) {
            var hasAnswered = false
            while true {
                do {
                    let text = try await text()
                    TTY.write(isScreen ? frame(text, TTY.outputSize) : text)
                    hasAnswered = true
                } catch let failure as CommandFailure where hasAnswered {
                    let text = failure.description.visibleLines + "\n"
                    if isScreen { TTY.write(frame(text, TTY.outputSize)) } else { TTY.writeError(text) }
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Central's gateways, the worst first. A gateway's status stays as it is.
    static func worstFirst(_ status: NodeStatus) -> NodeStatus {
        guard status.role == .central else { return status }
        var status = status
        status.peers.sort { rank($0).lexicographicallyPrecedes(rank($1)) }
        return status
    }

    /// Small numbers come first: alarms, the time without a connection, the age of what waits.
    private static func rank(_ peer: NodeStatus.PeerState) -> [Double] {
        let report = peer.selfReport
        let alarms = (report?.alarms.count ?? 0) + (peer.isCloneWaiting ? 1 : 0)
        let away = peer.isConnected ? -1 : peer.heardSecondsAgo.map(Double.init) ?? .infinity
        let ages = [report?.entries.oldestSeconds, report?.urgent.oldestSeconds, report?.photos.oldestSeconds]
        let backlog = ages.compactMap { $0 }.max() ?? 0
        let waiting = (peer.entriesWaitingUp ?? 0) + (peer.entriesWaitingDown ?? 0)
        return [-Double(alarms), -away, -Double(backlog), -Double(waiting)]
    }
}
