import FieldpostCore
import FieldpostStore

/// What is stored of an upload, so that it goes on after a crash.
struct UploadRecord: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case open
        /// The whole is stored as this blob.
        case finished(Hash256)
        case expired
    }

    let id: UploadID
    /// Of an upload whose length was not known, the most that may come, until it ends.
    var length: UInt64
    let mediaType: String
    /// The hash of the whole, if it was declared.
    let declared: Hash256?
    /// Whether the bytes come in order.
    let isOrdered: Bool
    let owner: String
    /// Milliseconds of running time.
    let lifetime: UInt64
    /// The running time at which the upload expires.
    var expiry: UInt64
    var state = State.open
    var held = ByteRanges()
    /// The hash of what is held, if the bytes come in order and no hash was declared. It shows after a restart whether
    /// they are still what came.
    var heldHash: Hash256?

    init(_ id: UploadID, _ request: UploadRequest, isOrdered: Bool, now: UInt64) {
        self.id = id
        length = request.length
        mediaType = request.mediaType
        declared = request.hash
        self.isOrdered = isOrdered
        owner = request.owner
        lifetime = request.lifetime
        expiry = now.addingReportingOverflow(lifetime).overflow ? .max : now + lifetime
    }

    var isOpen: Bool { state == .open }

    /// Whether the bytes have to be hashed as they come.
    var isHashed: Bool { isOrdered && declared == nil }

    /// Id (16 bytes), state and order (1), length, lifetime and expiry (8 each), the three hashes (33 each), the media
    /// type and the owner (1 + n each), and the ranges (1 + 16 n).
    var body: [UInt8] {
        var bytes = id.bytes
        var blob: Hash256?
        switch state {
        case .open: bytes.append(isOrdered ? 0x80 : 0)
        case .finished(let hash):
            bytes.append(isOrdered ? 0x81 : 1)
            blob = hash
        case .expired: bytes.append(isOrdered ? 0x82 : 2)
        }
        for number in [length, lifetime, expiry] { bytes.append(number: number) }
        for hash in [declared, heldHash, blob] {
            bytes.append(hash == nil ? 0 : 1)
            (hash ?? .zero).append(to: &bytes)
        }
        for text in [mediaType, owner] {
            bytes.append(UInt8(text.utf8.count))
            bytes += text.utf8
        }
        bytes.append(UInt8(held.ranges.count))
        for range in held.ranges {
            bytes.append(number: range.lowerBound)
            bytes.append(number: range.upperBound)
        }
        return bytes
    }

    /// Nil if a field is missing or impossible.
    init?(body: [UInt8]) {
        var reader = BodyReader(body[...])
        guard let id = reader.take(UploadID.byteCount).flatMap({ UploadID(bytes: $0) }), let kind = reader.byte(),
            let length = reader.number(), let lifetime = reader.number(), let expiry = reader.number(),
            let declared = reader.optionalHash(), let heldHash = reader.optionalHash(),
            let blob = reader.optionalHash(), let type = reader.text(), let owner = reader.text(),
            let held = reader.ranges(), held.end <= length
        else { return nil }
        switch (kind & 0x7f, blob) {
        case (0, nil): state = .open
        case (1, let hash?): state = .finished(hash)
        case (2, nil): state = .expired
        default: return nil
        }
        self.id = id
        self.length = length
        self.lifetime = lifetime
        self.expiry = expiry
        self.declared = declared
        self.heldHash = heldHash
        self.held = held
        mediaType = type
        self.owner = owner
        isOrdered = kind & 0x80 != 0
    }
}

extension BodyReader {
    /// The inner nil: there is no hash.
    fileprivate mutating func optionalHash() -> Hash256?? {
        guard let mark = byte(), mark < 2, let hash = hash() else { return nil }
        return .some(mark == 1 ? hash : nil)
    }

    fileprivate mutating func text() -> String? {
        byte().flatMap { take(Int($0)) }.flatMap { String(validating: $0, as: UTF8.self) }
    }

    fileprivate mutating func ranges() -> ByteRanges? {
        guard let count = byte(), count <= Limits.blobRanges else { return nil }
        var ranges: [Range<UInt64>] = []
        for _ in 0..<count {
            guard let lower = number(), let upper = number(), lower < upper else { return nil }
            ranges.append(lower..<upper)
        }
        return ByteRanges(ranges)
    }
}
