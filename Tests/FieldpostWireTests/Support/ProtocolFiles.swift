import FieldpostCore
import Foundation

/// The published vectors and the must-reject corpus. These tests read them, and write them again on request:
/// `FIELDPOST_WRITE_VECTORS=1 swift test --filter WireTests`.
enum ProtocolFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Protocol")
        .standardized
    static let isWriting = ProcessInfo.processInfo.environment["FIELDPOST_WRITE_VECTORS"] != nil

    static func read<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
    }

    static func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try (encoder.encode(value) + Data("\n".utf8)).write(to: file)
    }

    static func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path).sorted()
    }
}
