import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// Quarantined entries are shown one by one, and read again.
struct QuarantineTests {
    /// Reads no entry whose text is one of some, as an old version does not know a new kind.
    private struct OldCodec: EntryCoding {
        let unknown: Set<String>

        func encode(_ entry: Entry) -> [UInt8] { EntryCodec().encode(entry) }
        func dot(of bytes: [UInt8]) -> Dot? { EntryCodec().dot(of: bytes) }

        func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry {
            let sealed = EntryCodec().open(bytes, at: dot)
            guard case .text(let text)? = sealed.entry?.change.fields[.text], unknown.contains(text) else {
                return sealed
            }
            return SealedEntry(dot: dot, bytes: bytes, content: .quarantined(reason: "the kind is unknown"))
        }
    }

    private func journal(_ directory: String, unknown: Set<String>) throws -> Journal {
        try Journal(
            directory: directory, node: NodeID(publicKey: [9]), role: .central, codec: OldCodec(unknown: unknown))
    }

    @Test func `An upgrade reads one entry, then the rest, and corrupt ones stay and are named`() async throws {
        let directory = try TestNode.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let origin = Samples.origin(1)
        let entries = (1...4).map { Samples.sealed(Dot(origin, UInt64($0)), text: "text \($0)") }
        let old = OldCodec(unknown: ["text 1", "text 2", "text 3"])
        var central = try journal(directory, unknown: old.unknown)
        _ = try await central.ingest(
            entries.map { old.open($0.bytes, at: $0.dot) }, of: origin, after: Chain.start(of: origin))
        let chain = try await central.chain(of: origin, at: 4)
        let dots = entries.map(\.dot.description)
        #expect(try await central.quarantine().map(\.dot) == Array(entries.map(\.dot).prefix(3)))
        #expect(try await central.replayQuarantine(at: nil).kept == ["the kind is unknown": 3])

        let shown = try #require(try await central.quarantined(at: dots[0]))
        #expect(shown.cause == .unreadable && shown.hash == entries[0].hash && shown.start == entries[0].bytes)
        #expect(shown.entry == QuarantinedEntry(
            dot: entries[0].dot, reason: "the kind is unknown", byteCount: entries[0].bytes.count))
        for other in [dots[3], "\(origin):9", "x/y:1", ""] {
            #expect(try await central.quarantined(at: other) == nil)
            #expect(try await central.replayQuarantine(at: other) == QuarantineReplay())
        }

        try central.close()
        let file = try DatabaseQueue(path: central.path)
        try await file.write { try $0.execute(sql: "UPDATE entries SET bytes = x'00' WHERE place & 255 = 3") }
        try file.close()
        central = try journal(directory, unknown: [])
        #expect(try await central.replayQuarantine(at: dots[1]).merged == 1)
        #expect(try await central.report(ReportID(2))?.text(of: .text) == "text 2")
        #expect(try await central.report(ReportID(1)) == nil)
        let rest = try await central.replayQuarantine(at: nil)
        #expect(rest.merged == 1 && rest.kept.values.reduce(0, +) == 1)
        #expect(try await central.quarantine().map(\.dot) == [entries[2].dot])
        #expect(try await central.chain(of: origin, at: 4) == chain, "no chain changed")
        #expect(try await central.statistics().reports == 3)
        try central.close()
    }

    @Test func `Entries beyond the share of their author are never replayed`() async throws {
        let node = try TestNode(9, .central)
        let origin = Samples.origin(1)
        _ = try await node.journal.ingest(
            Samples.run(of: origin, count: 2), of: origin, after: Chain.start(of: origin))
        try node.tamper {
            try $0.execute(
                sql: "UPDATE entries SET quarantine = ?, report = NULL WHERE place & 255 = 2",
                arguments: [Quarantine.beyondShare])
        }
        let dot = Dot(origin, 2).description
        #expect(try await node.journal.quarantined(at: dot)?.cause == .beyondShare)
        for asked in [dot, nil] {
            let replay = try await node.journal.replayQuarantine(at: asked)
            #expect(replay.merged == 0 && replay.kept == [Quarantine.beyondShare: 1])
        }
    }
}
