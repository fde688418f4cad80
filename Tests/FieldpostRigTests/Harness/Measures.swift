import Foundation

/// What a rig measured.
struct Measures: Sendable {
    var trials = 0
    var acknowledged = 0
    /// Changes whose content was compared with what was acknowledged.
    var looked = 0
    /// So many must have been acknowledged, and looked for.
    var least = 0
    /// Photos whose bytes were looked for, and how many these must be.
    var photos = 0
    var leastPhotos = 0
    /// What was acknowledged and is not there, or is not what was acknowledged: a sentence each.
    var lost: [String] = []
    /// What is there more than once.
    var doubled: [String] = []
    /// What else should not be.
    var failures: [String] = []
    /// Acknowledged changes that are gone because nothing held them any more, as RELIABILITY.md's table of losses says.
    var excused = 0
    /// The longest that a daemon took from its start to being ready; nil when none was started again.
    var readyMaximum: Duration?
    /// What a rig measures besides, for people: name and value.
    var figures: [(name: String, value: String)] = []

    /// Every daemon is ready so soon after a fault.
    static let readyLimit = Duration.seconds(5)

    /// Losses and doublings that are told one by one.
    private static let shown = 4

    /// What is wrong, for people.
    var faults: [String] {
        // The failures first: they say in which trial.
        var faults = failures
        faults += lost.prefix(Self.shown).map { "lost: \($0)" } + doubled.prefix(Self.shown).map { "doubled: \($0)" }
        if let readyMaximum, readyMaximum > Self.readyLimit { faults.append("ready only after \(readyMaximum)") }
        if acknowledged < least { faults.append("only \(acknowledged) acknowledged, of \(least) at least") }
        if looked < least { faults.append("only \(looked) looked for, of \(least) at least") }
        if photos < leastPhotos { faults.append("only \(photos) photos looked for, of \(leastPhotos) at least") }
        if trials == 0 { faults.append("there was no trial") }
        return faults
    }

    func line(_ rig: String) -> String {
        var parts = [
            "\(trials) trials", "\(acknowledged) acknowledged", "\(looked) looked for", "\(lost.count) lost",
            "\(doubled.count) doubled",
        ]
        if photos > 0 { parts.append("\(photos) photos looked for") }
        if let readyMaximum { parts.append("ready again within \(Self.seconds(readyMaximum)) s") }
        if excused > 0 { parts.append("\(excused) gone with their only copy") }
        parts += figures.map { "\($0.value) \($0.name)" }
        return "\(rig): " + parts.joined(separator: ", ")
    }

    private static func seconds(_ duration: Duration) -> String { String(format: "%.2f", duration / .seconds(1)) }
}

extension Measures {
    /// One object a line, for a file of results.
    func json(_ rig: String, isLong: Bool) throws -> Data {
        var object: [String: Any] = [
            "rig": rig, "trials": trials, "acknowledged": acknowledged, "looked_for": looked, "lost": lost.count,
            "doubled": doubled.count, "photos_looked_for": photos,
            "failures": failures.count, "is_long": isLong, "ended_at": Date.now.formatted(.iso8601),
        ]
        if let readyMaximum { object["ready_seconds_maximum"] = Self.seconds(readyMaximum) }
        if !figures.isEmpty {
            object["figures"] = Dictionary(figures.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
        return try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) + Data("\n".utf8)
    }
}
