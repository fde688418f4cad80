import FieldpostCore
import FieldpostNode
import FieldpostStore
import Foundation
import Logging

/// At central: the gateways and people that it admits, in a file beside the journal. The file survives restores and
/// repairs of the journal. Without it, a lost audit event could shut somebody out, or admit somebody who was revoked.
///
/// The journal is authoritative. The file follows it, and is read only at the start.
actor Roster {
    private struct Line: Codable {
        /// The contents of the audit event.
        var fields: [String: String]
        /// The depth of the audit event. The event with the greater depth is the later one.
        var depth: UInt64
    }

    private struct Contents: Codable {
        var events: [Line]
        /// The SHA-256 of `events` as the file contains them, to detect corruption.
        var sha256: String
    }

    private let journal: any EnrollmentStore
    private let path: String
    private let logger: Logger
    /// The depth of the latest audit event in the file.
    private var written: UInt64 = 0
    /// What the file says and the journal could not store yet because the disk was full. The file stays as it is.
    private var waiting: (copy: [RosterEntry], stamp: Stamp)?

    init(journal: any EnrollmentStore, stateDirectory: String, logger: Logger) {
        self.journal = journal
        path = stateDirectory + "/roster.json"
        self.logger = logger
    }

    /// Restores what the journal has lost, and writes the file again. Throws `JournalError` if the journal fails.
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

    /// Call this after an audit event. If the file cannot be written, nothing is lost: the journal has the event.
    func save() async {
        do {
            try await adopt()
            let roster = try await journal.roster()
            let latest = roster.last?.depth ?? 0
            // An older list, read before a newer one was written, must not replace it.
            guard latest >= written, !roster.isEmpty else { return }
            try PrivateFile.write(try Self.text(roster), path: path, replaces: true)
            written = latest
        } catch {
            logger.error("cannot write the copy of the roster", metadata: ["error": "\(error)"])
        }
    }

    /// Returns nil if there is no file, or if it is corrupt.
    private func read() -> [RosterEntry]? {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard let size, size <= Limits.rosterBytes, let data = FileManager.default.contents(atPath: path) else {
            return nil
        }
        guard let contents = try? JSONDecoder().decode(Contents.self, from: data),
            let hash = try? Self.hash(contents.events), hash == contents.sha256
        else {
            logger.error(
                "the copy of the roster is corrupt, and is written again", metadata: ["path": "\(path)"])
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
