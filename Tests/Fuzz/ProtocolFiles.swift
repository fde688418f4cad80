import FieldpostCore
import FieldpostWire
import Foundation

/// The published vectors and the must-reject corpus, as bytes to start from.
enum ProtocolFiles {
    static let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private struct Frames: Decodable {
        struct Frame: Decodable { let frame: String }
        let frames: [Frame]
    }

    private struct Entries: Decodable {
        struct Vector: Decodable { let entry: String }
        let entries: [Vector]
    }

    private struct Body: Decodable {
        let codec: UInt8
        let dictionary: UInt32
        let count: UInt32
        let raw: String
        let columns: String
        let data: String
    }

    private struct Rejected: Decodable {
        struct Part: Decodable {
            let hex: String
            let times: Int
        }
        let kind: String
        let parts: [Part]

        var bytes: [UInt8] { parts.flatMap { part in (0..<part.times).flatMap { _ in ProtocolFiles.bytes(part.hex) } } }
    }

    static func streams() throws -> [[UInt8]] {
        let frames = try read("vectors/frames.json", Frames.self).frames.map { bytes($0.frame) }
        return [Preamble.bytes + frames.joined()] + frames.map { Preamble.bytes + $0 } + (try rejected("stream"))
    }

    static func entries() throws -> [[UInt8]] {
        try read("vectors/entries.json", Entries.self).entries.map { bytes($0.entry) } + rejected("entry")
    }

    static func batches() throws -> [[UInt8]] {
        let packed = try bodies().map { body in
            CompressedEntries(
                codec: body.codec == 0 ? .stored : .deflate, dictionary: body.dictionary, count: body.count,
                rawBytes: UInt32(bytes(body.raw).count), data: bytes(body.data))
        }
        return (packed + (try sentBatches())).map(BatchTarget.input)
    }

    static func columns() throws -> [[UInt8]] {
        let packed = try bodies().map { body in
            ColumnsTarget.input(
                count: body.count, rawBytes: UInt32(bytes(body.raw).count), form: bytes(body.columns))
        }
        return packed + (try sentBatches().compactMap(ColumnsTarget.input))
    }

    private static func bodies() throws -> [Body] {
        try ["vectors/batch.json", "vectors/batch-withheld.json"].map { try read($0, Body.self) }
    }

    private static func sentBatches() throws -> [CompressedEntries] {
        try streams().flatMap { FrameTarget.read([$0[...]]).messages }.compactMap { message in
            if case .batch(let batch) = message { batch.body } else { nil }
        }
    }

    private static func rejected(_ kind: String) throws -> [[UInt8]] {
        let folder = checkout.appending(path: "Protocol/must-reject")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { try read("must-reject/\($0)", Rejected.self) }.filter { $0.kind == kind }.map(\.bytes)
    }

    private static func read<Value: Decodable>(_ path: String, _ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: checkout.appending(path: "Protocol/\(path)")))
    }

    private static func bytes(_ hex: String) -> [UInt8] { Hex.decode(hex) ?? [] }
}
