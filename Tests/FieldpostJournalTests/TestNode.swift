import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB
import Testing

/// A node's journal in a directory of its own. The directory is deleted with it.
final class TestNode {
    let id: NodeID
    let role: Role
    let directory: String
    private(set) var journal: Journal

    init(_ number: UInt8, _ role: Role = .gateway) throws {
        id = NodeID(publicKey: [number])
        self.role = role
        directory = try Self.makeDirectory()
        journal = try Journal(directory: directory, node: id, role: role, codec: EntryCodec())
    }

    /// A node whose journal has rows in every table.
    static func filled(_ number: UInt8, _ role: Role = .gateway) async throws -> TestNode {
        let node = try TestNode(number, role)
        try await FilledJournal.fill(node.journal)
        return node
    }

    deinit {
        try? journal.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    static func makeDirectory() throws -> String {
        let path = NSTemporaryDirectory() + "fieldpost-\(EntryID.random())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    func reopen(as id: NodeID? = nil) throws {
        journal = try Journal(directory: directory, node: id ?? self.id, role: role, codec: EntryCodec())
    }

    /// Closes the journal, changes its file on a separate connection, and opens it again.
    func tamper(_ body: (Database) throws -> Void) throws {
        try journal.close()
        let file = try DatabaseQueue(path: journal.path)
        try file.write(body)
        try file.close()
        try reopen()
    }

    // MARK: Changes

    @discardableResult
    func create(
        _ report: ReportID = .random(), id: EntryID = .random(), grid: String? = nil, text: String = "made",
        stamp: Stamp = Samples.stamp
    ) async throws -> Committed {
        var change = Change(fields: [.text: .text(text)])
        if let grid { change.fields[.grid] = .text(grid) }
        var draft = Samples.draft(.create, report, id: id, change: change)
        draft.stamp = stamp
        return try await journal.append(draft)
    }

    @discardableResult
    func edit(
        _ report: ReportID, id: EntryID = .random(), seen: ReportVersion? = nil, text: String = "edited",
        grid: String? = nil
    ) async throws -> Committed {
        var change = Change(fields: [.text: .text(text)])
        if let grid { change.fields[.grid] = .text(grid) }
        return try await journal.append(Samples.draft(.edit, report, id: id, seen: seen, change: change))
    }

    // MARK: Exchange, as a session does it

    /// Pulls everything that `source` wrote.
    func pull(from source: TestNode, limit: RunLimit = RunLimit()) async throws {
        for head in try await source.journal.heads(of: source.id) {
            var seq = try await journal.heads(of: source.id).first { $0.origin == head.origin }?.seq ?? 0
            while let run = try await source.journal.run(of: head.origin, after: seq, limit: limit) {
                let ingested = try await journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
                #expect(ingested.durable.head == Head(origin: run.origin, seq: run.lastSeq, chain: run.chainAfter))
                seq = run.lastSeq
            }
        }
    }

    /// Reads central's feed to its end. Returns how many entries were new.
    @discardableResult
    func follow(_ central: TestNode, limit: RunLimit = RunLimit()) async throws -> Int {
        var added = 0
        var position = try await journal.feedCursor(of: central.id)?.position ?? 0
        while let run = try await central.journal.feed(of: id, after: position, limit: limit) {
            position = run.lastPosition
            let cursor = FeedCursor(incarnation: central.journal.origin.incarnation, position: position)
            added += try await journal.absorb(
                run.sealed, withdrawn: run.withdrawn, vacated: run.vacated, from: central.id, upTo: cursor
            ).added
        }
        return added
    }
}

extension EntryRun {
    var sealed: [SealedEntry] {
        zip(entries, firstSeq...).map { packed, seq in
            switch packed {
            case .bytes(let bytes): EntryCodec().open(bytes, at: Dot(origin, seq))
            case .withheld(let hash): SealedEntry(dot: Dot(origin, seq), withheld: hash)
            }
        }
    }
}

extension FeedRun {
    var sealed: [SealedEntry] {
        entries.compactMap { bytes in EntryCodec().dot(of: bytes).map { EntryCodec().open(bytes, at: $0) } }
    }
}
