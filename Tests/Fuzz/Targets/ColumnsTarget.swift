import FieldpostCore
import FieldpostWire

/// The columns form of a batch keeps the promises of `BatchTarget`. Its bytes come uncompressed here, so that the
/// fuzzer sees what it changes.
enum ColumnsTarget {
    /// Bytes before the form: count (2) and raw length (3).
    private static let headBytes = 5

    /// Input: what the header claims, then the columns form.
    static func run(_ bytes: [UInt8]) {
        guard bytes.count >= headBytes else { return }
        let form = Array(bytes[headBytes...])
        BatchTarget.check(
            CompressedEntries(
                codec: .deflate, dictionary: 0, count: UInt32(bytes[0]) << 8 | UInt32(bytes[1]),
                rawBytes: UInt32(bytes[2]) << 16 | UInt32(bytes[3]) << 8 | UInt32(bytes[4]), data: storedBlock(form)))
    }

    static func input(count: UInt32, rawBytes: UInt32, form: [UInt8]) -> [UInt8] {
        [8, 0].map { UInt8(count >> $0 & 0xFF) } + [16, 8, 0].map { UInt8(rawBytes >> $0 & 0xFF) } + form
    }

    /// The input that says the same as a batch whose data is one stored block; nil for another.
    static func input(_ body: CompressedEntries) -> [UInt8]? {
        guard body.codec == .deflate, body.dictionary == 0, body.data.count >= 5, body.data[0] == 1 else { return nil }
        return input(count: body.count, rawBytes: body.rawBytes, form: Array(body.data[5...]))
    }

    /// A deflate stream of one stored block, which holds the bytes as they are.
    private static func storedBlock(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8 & 0xFF))
        return [1, low, high, ~low, ~high] + bytes
    }
}
