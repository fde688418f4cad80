import FieldpostCore
import FieldpostJournal
import Foundation
import Logging

/// At central: whom it lets in, in a file beside the journal, since that must outlive the journal's restores and
/// repairs. An act that was lost with a part of the journal would else shut gateways out, or let a revoked one in.
///
/// The journal is what counts; the file follows it, and is looked at only at the start.
actor Roster {
    private struct Line: Codable {
        var gateway: String
        var state: String
        var name: String
        var grids: [String]
        /// Of the act that said so: the later of two counts.
        var depth: UInt64
    }

    private struct Contents: Codable {
        var gateways: [Line]
        /// SHA-256 of `gateways` as it stands in the file, against rot.
        var sha256: String
    }

    private let journal: Journal
    private let path: String
    private let logger: Logger
    /// Depth of the latest act in the file.
    private var written: UInt64 = 0

    init(journal: Journal, stateDirectory: String, logger: Logger) {
        self.journal = journal
        path = stateDirectory + "/gateways.json"
        self.logger = logger
    }

    /// Puts back what the journal has lost, and writes the file anew. Throws `JournalError` when the journal fails.
    func settle(stamp: Stamp) async throws(JournalError) {
        if let copy = read() {
            do throws(JournalError) {
                let adopted = try await journal.adopt(copy, stamp: stamp)
                if !adopted.isEmpty {
                    logger.warning(
                        "put back acts about gateways that the journal had lost",
                        metadata: ["gateways": "\(adopted.map(\.name).joined(separator: ", "))"])
                }
            } catch {
                guard error == .full else { throw error }
            }
        }
        await save()
    }

    /// After an act. A file that cannot be written is no failure: the act is in the journal.
    func save() async {
        do {
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

    /// Nil when there is no file, or it has rotted.
    private func read() -> [RosterEntry]? {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard let size, size <= Limits.rosterBytes, let data = FileManager.default.contents(atPath: path) else {
            return nil
        }
        guard let contents = try? JSONDecoder().decode(Contents.self, from: data),
            let hash = try? Self.hash(contents.gateways), hash == contents.sha256
        else {
            logger.error(
                "the copy of whom central lets in has rotted, and is written anew", metadata: ["path": "\(path)"])
            return nil
        }
        return contents.gateways.compactMap { line in
            guard let gateway = NodeID(hex: line.gateway), let state = Enrolment.State(rawValue: line.state) else {
                return nil
            }
            return RosterEntry(
                depth: line.depth,
                enrolment: Enrolment(gateway: gateway, state: state, name: line.name, grids: line.grids))
        }
    }

    private static func text(_ roster: [RosterEntry]) throws -> [UInt8] {
        let lines = roster.map { entry in
            Line(
                gateway: entry.enrolment.gateway.description, state: entry.enrolment.state.rawValue,
                name: entry.enrolment.name, grids: entry.enrolment.grids, depth: entry.depth)
        }
        return try encode(Contents(gateways: lines, sha256: hash(lines)))
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
