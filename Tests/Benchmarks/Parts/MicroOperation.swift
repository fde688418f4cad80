import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostNode
import FieldpostWire
import Foundation
import TestKit

/// A function whose instructions are counted.
enum MicroOperation: String, CaseIterable {
    case entryEncode, entryDecode, entryChain, batchPack, batchUnpack, jsonRead, append, ingest

    /// Entries of a batch.
    private static let batch = 256

    var purpose: String {
        switch self {
        case .entryEncode: "encode an entry"
        case .entryDecode: "decode an entry"
        case .entryChain: "hash and chain an entry"
        case .batchPack: "pack an entry (256 in a batch)"
        case .batchUnpack: "unpack an entry (256 in a batch)"
        case .jsonRead: "read a report's JSON"
        case .append: "append a report (16 at once)"
        case .ingest: "ingest an entry (256 in a run)"
        }
    }

    /// How often it runs in the two processes whose difference counts.
    var counts: (few: Int, many: Int) {
        switch self {
        case .entryEncode, .entryDecode, .entryChain, .jsonRead: (200, 1200)
        case .batchPack, .batchUnpack: (Self.batch, Self.batch * 5)
        case .append: (512, 2560)
        case .ingest: (Self.batch * 2, Self.batch * 10)
        }
    }

    func run(_ count: Int) throws {
        var filling = Filling(seed: 4, changes: 100)
        var peer = FilledOrigin(node: NodeID(publicKey: [9]))
        let codec = EntryCodec()
        var sum = 0
        switch self {
        case .entryEncode:
            let entries = filling.run(of: &peer, count: 100).compactMap(\.entry)
            for index in 0..<count { sum &+= codec.encode(entries[index % 100]).count }
        case .entryDecode:
            let sealed = filling.run(of: &peer, count: 100)
            for index in 0..<count {
                let entry = sealed[index % 100]
                sum &+= codec.open(entry.bytes, at: entry.dot).bytes.count
            }
        case .entryChain:
            let bytes = filling.run(of: &peer, count: 100).map(\.bytes)
            var chain = peer.chain
            for index in 0..<count { chain = Chain.link(chain, Chain.hash(entry: bytes[index % 100])) }
            sum &+= Int(chain.bytes.first ?? 0)
        case .batchPack:
            let bytes = filling.run(of: &peer, count: Self.batch).map(\.bytes)
            for _ in 0..<count / Self.batch { sum &+= BatchCodec.compress(bytes).data.count }
        case .batchUnpack:
            let body = BatchCodec.compress(filling.run(of: &peer, count: Self.batch).map(\.bytes))
            for _ in 0..<count / Self.batch { sum &+= try BatchCodec.expandWhole(body).count }
        case .jsonRead:
            let bodies = BenchReports.bodies(count: 100, seed: 5)
            for index in 0..<count {
                let report = try JSONBody.decode(NewReport.self, bodies[index % 100])
                sum &+= try report.content.change().fields.count
            }
        case .append: try Self.waiting { try await Self.append(count) }
        case .ingest: try Self.waiting { try await Self.ingest(count) }
        }
        // Otherwise the compiler may leave out the work.
        precondition(sum >= 0)
    }

    private static func waiting(_ work: @escaping @Sendable () async throws -> Void) throws {
        let failure: (any Error)? = Bench.waiting {
            do {
                try await work()
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private static func append(_ count: Int) async throws {
        var filling = Filling(seed: 4, changes: 100)
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let journal = try FilledNode(directory: place.path + "/gateway").journal(.gateway)
        try await filling.append(count, to: journal, together: 16)
        try journal.close()
    }

    private static func ingest(_ count: Int) async throws {
        var filling = Filling(seed: 4, changes: 100)
        var peer = FilledOrigin(node: NodeID(publicKey: [9]))
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let journal = try FilledNode(directory: place.path + "/central").journal(.central)
        _ = try await journal.register(peer.hello(name: "peer", grids: ["G10110"]), stamp: Filling.stamp)
        for _ in 0..<count / batch {
            let before = peer.chain
            let run = filling.run(of: &peer, count: batch)
            _ = try await journal.ingest(run, of: peer.origin, after: before)
        }
        try journal.close()
    }
}
