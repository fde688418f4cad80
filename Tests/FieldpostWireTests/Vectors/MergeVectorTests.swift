import FieldpostCore
import Testing

@testable import FieldpostWire

/// Protocol/vectors/merge.json: one report for each rule of PROTOCOL.md, section 9.
struct MergeVector: Codable, Equatable {
    struct Field: Codable, Equatable {
        var name: String
        /// The entry ids of each sibling's writes, the winner first.
        var siblings: [[String]]
    }

    struct Seen: Codable, Equatable {
        var origin: String
        var seq: UInt64
    }

    var name: String
    /// The entries. Their order does not matter.
    var entries: [String]
    var fields: [Field]
    /// The standing elements, in display order (PROTOCOL.md, 9.7): the texts of notes and traces, and the blobs of
    /// attachments.
    var notes: [String]
    var traces: [String]
    var attachments: [String]
    /// Entry ids that stand for several writes.
    var reused: [String]
    /// The version that a reader gets (PROTOCOL.md, 9.9), and its depth.
    var version: [Seen]
    var depth: UInt64
    var digest: String
}

extension WireTests {
    @Suite struct MergeVectorTests {
        @Test func `Each report merges to what is published, in any order of its entries`() throws {
            let made = try MergeCases.all.map { try Self.vector($0.name, $0.entries) }
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/merge.json") }
            let published: [MergeVector] = try ProtocolFiles.read("vectors/merge.json")
            #expect(published == made)
            for vector in published {
                let entries = try vector.entries.map { try #require(Hex.decode($0)) }
                #expect(try Self.vector(vector.name, entries.reversed()).digest == vector.digest, "\(vector.name)")
                #expect(try Self.vector(vector.name, entries + entries).digest == vector.digest, "\(vector.name)")
            }
        }

        @Test func `The digest of many reports is as published`() throws {
            let made = ReportsVector(
                try MergeCases.all.prefix(3).enumerated().map { index, merged in
                    // They are published in another order than the one in which they are hashed.
                    let id = ReportID(UInt128(30 - index))
                    return (id, Report(id: id, folding: try merged.entries.map(Self.entry)).digest)
                })
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/reports.json") }
            #expect(try ProtocolFiles.read("vectors/reports.json") == made)
        }

        /// An entry as a node reads it that stores it at its dot.
        private static func entry(_ bytes: [UInt8]) throws -> Entry {
            let dot = try #require(EntryCodec().dot(of: bytes))
            return try #require(EntryCodec().open(bytes, at: dot).entry)
        }

        private static func vector(_ name: String, _ entries: [[UInt8]]) throws -> MergeVector {
            let report = Report(id: MergeCases.report, folding: try entries.map(entry))
            return MergeVector(
                name: name, entries: entries.map(Hex.encode),
                fields: report.fields.sorted { $0.key < $1.key }.map { name, register in
                    .init(
                        name: name.rawValue,
                        siblings: register.siblings.map { $0.writes.map { Hex.encode($0.entry.bytes) } })
                },
                notes: report.notes.map(\.value.text), traces: report.traces.map(\.value.text),
                attachments: report.attachments.map(\.value.blob.hex),
                reused: report.reusedIDs.sorted().map { Hex.encode($0.bytes) },
                version: report.version.context.pairs.map { .init(origin: Hex.encode($0.origin.bytes), seq: $0.seq) },
                depth: report.version.depth, digest: report.digest.hex)
        }
    }
}

/// Protocol/vectors/reports.json: the digest of many reports.
struct ReportsVector: Codable, Equatable {
    struct Digest: Codable, Equatable {
        var report: String
        var digest: String
    }

    /// Their order does not matter.
    var reports: [Digest]
    var digest: String

    init(_ reports: [(id: ReportID, digest: Hash256)]) {
        self.reports = reports.map { Digest(report: Hex.encode($0.id.bytes), digest: $0.digest.hex) }
        digest = Report.digest(ofSorted: reports.sorted { $0.id < $1.id }.map { ($0.id, $0.digest) }).hex
    }
}
