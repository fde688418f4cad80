import FieldpostCore

/// A node's note, outside its database, of how far the database had come. If the database is behind the note, it was
/// restored from a copy and must not issue the same seqs again.
struct Lease: Hashable, Sendable {
    /// Counts the writes of the file. Of the two slots, the one with the greater turn is valid.
    var turn: UInt64
    var origin: Origin
    /// The origin's seqs are issued only up to here. The limit is synced before the first of them is used.
    var limit: UInt64
    /// The database held 1…reached durably. Written after each commit, but synced only together with the limit. So
    /// after a power cut it may be too low, but never too high.
    var reached: UInt64
    /// Measures how much the database held of all origins. It only grows. Written and synced together with `reached`.
    var extent: UInt64

    /// A slot is one sector: a disk writes it completely or not at all.
    static let slotBytes = 512
    static let fileBytes = 2 * slotBytes
    private static let tag = Array("fieldpost lease 2".utf8)
    private static let bodyBytes = tag.count + 8 + Origin.byteCount + 24

    /// Where this turn is written in the file.
    var offset: Int { Int(turn % 2) * Self.slotBytes }

    /// One slot: the tag, turn, origin, limit, reached, extent (big-endian), and the SHA-256 of these.
    var bytes: [UInt8] {
        var bytes = Self.tag
        bytes.append(number: turn)
        origin.append(to: &bytes)
        bytes.append(number: limit)
        bytes.append(number: reached)
        bytes.append(number: extent)
        bytes += Hash256(hashing: bytes).bytes
        return bytes + [UInt8](repeating: 0, count: Self.slotBytes - bytes.count)
    }

    /// Reads the newest complete slot. Returns nil if there is none.
    init?(file: [UInt8]) {
        let slots = [0, Self.slotBytes].compactMap { Lease(slot: Array(file.dropFirst($0).prefix(Self.slotBytes))) }
        guard let newest = slots.max(by: { $0.turn < $1.turn }) else { return nil }
        self = newest
    }

    init(origin: Origin, reached: UInt64, extent: UInt64) {
        self.origin = origin
        self.reached = reached
        self.extent = extent
        turn = 0
        limit = reached
    }

    private init?(slot: [UInt8]) {
        let body = slot.prefix(Self.bodyBytes)
        guard body.count == Self.bodyBytes, body.starts(with: Self.tag),
            slot.dropFirst(Self.bodyBytes).prefix(Hash256.byteCount).elementsEqual(Hash256(hashing: Array(body)).bytes),
            let origin = Origin(bytes: body.dropFirst(Self.tag.count + 8).prefix(Origin.byteCount))
        else { return nil }
        self.origin = origin
        turn = Self.number(in: body, at: Self.tag.count)
        limit = Self.number(in: body, at: Self.bodyBytes - 24)
        reached = Self.number(in: body, at: Self.bodyBytes - 16)
        extent = Self.number(in: body, at: Self.bodyBytes - 8)
    }

    private static func number(in bytes: ArraySlice<UInt8>, at offset: Int) -> UInt64 {
        bytes.dropFirst(offset).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: UInt64) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
