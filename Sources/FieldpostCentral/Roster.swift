import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import Logging

/// At central: which gateways and people it lets in, in a file beside the journal, since that must outlive the
/// journal's restores and repairs. An audit event that was lost with a part of the journal would else shut somebody
/// out, or let in who was revoked.
///
/// The journal is what counts; the file follows it, and is looked at only at the start.
actor Roster {
    private struct Line: Codable {
        /// What the audit event says.
        var fields: [String: String]
        /// Of the audit event: the later of two counts.
        var depth: UInt64
    }

    private struct Contents: Codable {
        var events: [Line]
        /// SHA-256 of `events` as it stands in the file, against corruption.
        var sha256: String
    }

    private let journal: any EnrollmentStore
    private let path: String
    private let logger: Logger
    /// Depth of the latest audit event in the file.
    private var written: UInt64 = 0
    /// What the file says and the journal could not take in yet, since the disk was full: the file stays as it is.
    private var waiting: (copy: [RosterEntry], stamp: Stamp)?

    init(journal: any EnrollmentStore, stateDirectory: String, logger: Logger) {
        self.journal = journal
        path = stateDirectory + "/roster.json"
        self.logger = logger
    }

    /// Puts back what the journal has lost, and writes the file anew. Throws `JournalError` when the journal fails.
    func settle(stamp: Stamp) async throws(JournalError) {
        waiting = read().map { ($0, stamp) }
        do throws(JournalError) {
            try await adopt()
        } catch {
            guard error == .full else { throw error }
        }
        await save()
    }

    private func adopt() async throws(JournalError) {
        guard let (copy, stamp) = waiting else { return }
        let adopted = try await journal.adopt(copy, stamp: stamp)
        waiting = nil
        guard !adopted.isEmpty else { return }
        logger.warning(
            "restored audit events that the journal had lost",
            metadata: ["about": "\(adopted.map(\.name).joined(separator: ", "))"])
    }

    /// After an audit event. A file that cannot be written is no failure: the audit event is in the journal.
    func save() async {
        do {
            try await adopt()
            let roster = try await journal.roster()
            let latest = roster.last?.depth ?? 0
            // An older list, read before a newer one was written, must not take its place.
            guard latest >= written, !roster.isEmpty else { return }
            try PrivateFile.write(try Self.text(roster), path: path, replaces: true)
            written = latest
        } catch {
            logger.error("cannot keep the copy of whom central lets in", metadata: ["error": "\(error)"])
        }
    }

    /// Nil when there is no file, or it is corrupt.
    private func read() -> [RosterEntry]? {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard let size, size <= Limits.rosterBytes, let data = FileManager.default.contents(atPath: path) else {
            return nil
        }
        guard let contents = try? JSONDecoder().decode(Contents.self, from: data),
            let hash = try? Self.hash(contents.events), hash == contents.sha256
        else {
            logger.error(
                "the copy of whom central lets in is corrupt, and is written anew", metadata: ["path": "\(path)"])
            return nil
        }
        return contents.events.compactMap { line in
            var fields: [FieldName: FieldValue] = [:]
            for (name, text) in line.fields { fields[FieldName(rawValue: name)] = .text(text) }
            return AuditEvent(fields: fields).map { RosterEntry(depth: line.depth, event: $0) }
        }
    }

    private static func text(_ roster: [RosterEntry]) throws -> [UInt8] {
        let lines = roster.map { entry in
            var fields: [String: String] = [:]
            for case (let name, .text(let text)) in entry.event.fields { fields[name.rawValue] = text }
            return Line(fields: fields, depth: entry.depth)
        }
        return try encode(Contents(events: lines, sha256: hash(lines)))
    }

    private static func hash(_ lines: [Line]) throws -> String {
        Hash256(hashing: try encode(lines)).hex
    }

    private static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
