import FieldpostClient
import FieldpostCore
import Foundation

/// What a node shows of one report, read without the product's own types.
struct Content: Sendable {
    struct Change: Sendable {
        let fields: [String: JSONValue]
        let author: String
    }

    struct Words: Hashable, Sendable {
        let text: String
        let author: String
    }

    var fields: [String: JSONValue] = [:]
    /// By entry.
    var history: [EntryID: Change] = [:]
    var notes: [EntryID: Words] = [:]
    var traces: [EntryID: Words] = [:]
    /// The SHA-256 of each, by the entry that attached it.
    var photos: [EntryID: String] = [:]
    /// Entries that stand there more than once, and texts of notes.
    var repeated: [String] = []

    init(_ report: JSONValue) {
        fields = Self.normal(report["fields"]?.object ?? [:])
        for entry in report["history"]?.list ?? [] {
            guard let key = entry["entry"]?.text.flatMap({ EntryID(text: $0) }) else { continue }
            if history[key] != nil { repeated.append("entry \(key)") }
            history[key] = Change(
                fields: Self.normal(entry["fields"]?.object ?? [:]), author: entry["author"]?.text ?? "")
        }
        var texts: Set<String> = []
        for note in report["notes"]?.list ?? [] {
            let text = note["text"]?.text ?? ""
            if !texts.insert(text).inserted { repeated.append("note “\(text)”") }
            guard let key = Self.entry(of: note) else { continue }
            notes[key] = Words(text: text, author: note["author"]?.text ?? "")
        }
        for trace in report["traces"]?.list ?? [] {
            guard let key = Self.entry(of: trace) else { continue }
            traces[key] = Words(text: trace["comment"]?.text ?? "", author: trace["author"]?.text ?? "")
        }
        for photo in report["attachments"]?.list ?? [] {
            guard let key = Self.entry(of: photo) else { continue }
            photos[key] = photo["sha256"]?.text
        }
    }

    /// The entry that added a note or a trace, which its id begins with.
    private static func entry(of element: JSONValue) -> EntryID? {
        element["id"]?.text?.split(separator: ".").first.flatMap { EntryID(text: String($0)) }
    }

    static let missing = "is not there"

    /// What is missing of a change that was acknowledged, or not as it was sent; nil when all is there.
    func defect(of write: Write, under key: EntryID) -> String? {
        guard let shown = history[key] else { return Self.missing }
        guard shown.author == write.author else { return "is said to be by “\(shown.author)”, not “\(write.author)”" }
        if let field = write.fields.first(where: { shown.fields[$0.key] != $0.value })?.key {
            return "has another \(field)"
        }
        guard shown.fields.count == write.fields.count else { return "sets fields that were not sent" }
        let words = Words(text: write.text, author: write.author)
        switch write.kind {
        case .report: return nil
        case .photo: return photos[key] == write.text ? nil : "names no such photo"
        case .note: return notes[key] == words ? nil : "has no note of its text"
        case .edit: return write.text.isEmpty || traces[key] == words ? nil : "left no trace of its comment"
        }
    }

    /// What it shows as merged fields that no change known ever wrote, or hides though one wrote it.
    func unfounded(by sent: [EntryID: Write]) -> String? {
        for (field, value) in fields
        where !history.keys.contains(where: { sent[$0]?.fields[field] == value }) {
            return "shows a \(field) that nobody wrote"
        }
        // A field that an edit emptied is shown as one that was never set.
        let emptied = Set(history.values.flatMap { $0.fields.filter { $0.value == .null }.keys })
        for (key, change) in history {
            if let field = change.fields.keys.first(where: { fields[$0] == nil && !emptied.contains($0) }) {
                return "shows no \(field), which \(key) wrote"
            }
        }
        return nil
    }

    /// Values in a form in which what was sent and what is shown are equal: times as seconds, places in tenths of a
    /// micro-degree.
    static func normal(_ fields: [String: JSONValue]) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: fields.map { ($0.key, normal($0.key, $0.value)) })
    }

    private static func normal(_ field: String, _ value: JSONValue) -> JSONValue {
        switch field {
        case "captured_at": value.text.flatMap { seconds($0) }.map { .integer($0) } ?? value
        case "location": value.object.map { place($0) } ?? value
        default: value
        }
    }

    private static func seconds(_ text: String) -> Int64? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions =
            text.contains(".") ? [.withInternetDateTime, .withFractionalSeconds] : .withInternetDateTime
        return formatter.date(from: text).map { Int64($0.timeIntervalSince1970) }
    }

    private static func place(_ members: [String: JSONValue]) -> JSONValue {
        var normal: [String: JSONValue] = ["datum": members["datum"] ?? .text("wgs84")]
        for (name, scale) in [("lat", 1e7), ("lon", 1e7), ("accuracy", 100)] {
            normal[name] = .integer(Int64(((members[name]?.double ?? 0) * scale).rounded()))
        }
        return .object(normal)
    }
}
