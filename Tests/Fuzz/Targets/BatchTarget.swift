import FieldpostCore
import FieldpostWire

/// A batch expands to exactly what it claims, or to a violation, and never takes more memory.
enum BatchTarget {
    /// Bytes before the data: codec, dictionary, count (2) and raw length (3).
    private static let headBytes = 7

    /// Input: the claims of the header, then the data.
    static func run(_ bytes: [UInt8]) {
        guard bytes.count >= headBytes, let codec = CompressedEntries.Codec(rawValue: bytes[0] % 2) else { return }
        check(
            CompressedEntries(
                codec: codec, dictionary: UInt32(bytes[1] % 3), count: UInt32(bytes[2]) << 8 | UInt32(bytes[3]),
                rawBytes: UInt32(bytes[4]) << 16 | UInt32(bytes[5]) << 8 | UInt32(bytes[6]),
                data: Array(bytes[headBytes...])))
    }

    static func input(_ body: CompressedEntries) -> [UInt8] {
        [body.codec.rawValue, UInt8(body.dictionary), UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
            + [16, 8, 0].map { UInt8(body.rawBytes >> $0 & 0xFF) } + body.data
    }

    static func check(_ body: CompressedEntries) {
        let entries: [PackedEntry]
        do throws(Violation) {
            entries = try BatchCodec.expand(body)
        } catch {
            return
        }
        precondition(entries.count == Int(body.count), "not as many entries as the batch claims")
        do throws(Violation) {
            let again = try BatchCodec.expand(BatchCodec.compress(entries))
            precondition(again == entries, "after packing it again, a batch expands to something else")
        } catch {
            preconditionFailure("a batch that was read is refused after packing it again: \(error.detail)")
        }
        for case .bytes(let bytes) in entries.prefix(64) { EntryTarget.run(bytes) }
    }
}
