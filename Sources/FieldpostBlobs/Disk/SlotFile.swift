import FieldpostCore
import FieldpostStore

/// A small file that is overwritten in place and is never torn: of two slots, the one that was written earlier is
/// overwritten, and the newest whole slot is valid.
///
/// A slot: tag (8 bytes), turn (8, big-endian), bytes of the body (2), the body, SHA-256 of all these, zeros.
struct SlotFile: Hashable, Sendable {
    static let slotBytes = 2048
    static let mostBodyBytes = slotBytes - tag.count - 10 - Hash256.byteCount

    private static let tag = Array("fpblob 1".utf8)

    let path: String
    /// Counts the writes.
    private var turn: UInt64 = 0

    init(path: String) { self.path = path }

    /// The body of the newest whole slot. Nil if there is no file, or no such slot.
    mutating func read(on disk: some BlobDisk) throws(BlobError) -> [UInt8]? {
        guard let file = try disk.open(path) else { return nil }
        let bytes = try file.read(2 * Self.slotBytes, at: 0)
        let slots = [0, Self.slotBytes].compactMap { Self.slot(bytes.dropFirst($0).prefix(Self.slotBytes)) }
        guard let newest = slots.max(by: { $0.turn < $1.turn }) else { return nil }
        turn = newest.turn
        return newest.body
    }

    /// `isDurable`: returns only after the sync. The directory is not synced.
    mutating func write(_ body: [UInt8], on disk: some BlobDisk, isDurable: Bool) throws(BlobError) {
        precondition(body.count <= Self.mostBodyBytes, "a body of \(body.count) bytes is too long for a slot")
        var slot = Self.tag
        slot.append(number: turn + 1)
        slot += [UInt8(body.count >> 8), UInt8(body.count & 255)] + body
        slot += Hash256(hashing: slot).bytes
        slot += [UInt8](repeating: 0, count: Self.slotBytes - slot.count)
        let file = try disk.create(path)
        try file.write(slot[...], at: (turn + 1) % 2 * UInt64(Self.slotBytes))
        if isDurable { try file.sync() }
        turn += 1
    }

    private static func slot(_ bytes: ArraySlice<UInt8>) -> (turn: UInt64, body: [UInt8])? {
        var reader = BodyReader(bytes)
        guard reader.take(tag.count) == tag[...], let turn = reader.number(), let high = reader.byte(),
            let low = reader.byte(), let body = reader.take(Int(high) << 8 | Int(low))
        else { return nil }
        let hashed = Array(bytes.prefix(tag.count + 10 + body.count))
        guard let hash = reader.hash(), hash == Hash256(hashing: hashed) else { return nil }
        return (turn, Array(body))
    }
}

/// Reads the fields of a body in order. Each method answers nil where the bytes end.
struct BodyReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func byte() -> UInt8? { take(1)?.first }

    mutating func number() -> UInt64? { take(8).map { $0.reduce(0) { $0 << 8 | UInt64($1) } } }

    mutating func hash() -> Hash256? { take(Hash256.byteCount).flatMap { Hash256(bytes: $0) } }
}

extension [UInt8] {
    /// Eight bytes, big-endian.
    mutating func append(number: UInt64) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
