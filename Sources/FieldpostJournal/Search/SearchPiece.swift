import FieldpostCore

/// A part of a segment: rising terms, each with the reports that have it.
///
/// Its bytes: a check sum of the rest (4, little endian). Then for each term how far it is above the one before, and
/// how many reports have it, doubled. Then the distances of their last bits, the first from 0; or, if the doubled
/// number is odd, one bit for each report of the segment. Numbers are varints: 7 bits a byte, the lowest first.
enum SearchPiece {
    private static let checkBytes = 4
    /// From so many reports on, bits are shorter.
    private static let bitsFrom = OffsetSet.count / 8

    /// A posting: a term above the last bits of a report that has it.
    static func posting(_ term: UInt32, _ offset: Int) -> UInt64 {
        UInt64(term) << UInt64(Limits.searchSegmentBits) | UInt64(offset)
    }

    /// Sorts postings, least significant digits first: several times as fast as by comparing them.
    static func sort(_ postings: inout [UInt64]) {
        let digit = 11
        var other = [UInt64](repeating: 0, count: postings.count)
        for shift in stride(from: 0, to: Int(Limits.searchSegmentBits) + UInt32.bitWidth, by: digit) {
            var places = [Int](repeating: 0, count: 1 << digit)
            for posting in postings { places[Int(posting >> UInt64(shift)) & (1 << digit - 1)] += 1 }
            var sum = 0
            for index in places.indices { (places[index], sum) = (sum, sum + places[index]) }
            for posting in postings {
                let index = Int(posting >> UInt64(shift)) & (1 << digit - 1)
                other[places[index]] = posting
                places[index] += 1
            }
            swap(&postings, &other)
        }
    }

    /// The pieces of a segment, each with its last term. `postings`: rising, each once.
    static func encode(_ postings: [UInt64]) -> [(last: UInt32, bytes: [UInt8])] {
        var pieces: [(last: UInt32, bytes: [UInt8])] = []
        var bytes = [UInt8](repeating: 0, count: checkBytes)
        var (last, start) = (UInt32(0), 0)
        while start < postings.count {
            let term = UInt32(postings[start] >> UInt64(Limits.searchSegmentBits))
            var end = start + 1
            while end < postings.count, UInt32(postings[end] >> UInt64(Limits.searchSegmentBits)) == term { end += 1 }
            Varint.append(UInt64(term - last), to: &bytes)
            append(postings[start..<end], to: &bytes)
            (last, start) = (term, end)
            if bytes.count >= Limits.searchPieceBytes || start == postings.count {
                seal(&bytes)
                pieces.append((last, bytes))
                bytes.removeSubrange(checkBytes...)
                last = 0
            }
        }
        return pieces
    }

    private static func append(_ postings: ArraySlice<UInt64>, to bytes: inout [UInt8]) {
        let offsets = postings.lazy.map { Int($0 & UInt64(OffsetSet.count - 1)) }
        guard postings.count < bitsFrom else {
            Varint.append(UInt64(postings.count) << 1 | 1, to: &bytes)
            var set = OffsetSet()
            for offset in offsets { set.insert(offset) }
            for word in set.words { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
            return
        }
        Varint.append(UInt64(postings.count) << 1, to: &bytes)
        var before = 0
        for offset in offsets {
            Varint.append(UInt64(offset - before), to: &bytes)
            before = offset
        }
    }

    private static func seal(_ bytes: inout [UInt8]) {
        let sum = checkSum(bytes[checkBytes...])
        for index in 0..<checkBytes { bytes[index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    }

    /// FNV-1a.
    private static func checkSum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    // MARK: Reading

    /// The reports that have a term. Empty if the piece lacks the term, nil if the piece is damaged.
    static func offsets(of term: UInt32, in bytes: UnsafeRawBufferPointer) -> OffsetSet? {
        guard var reader = Reader(bytes) else { return nil }
        var set = OffsetSet()
        while !reader.isAtEnd {
            guard let found = reader.term(), let offsets = reader.offsets(isWanted: found == term) else { return nil }
            for offset in offsets { set.insert(offset) }
            if found >= term { break }
        }
        return set
    }

    /// Adds all postings of a piece. Returns false if the piece is damaged.
    static func read(_ bytes: UnsafeRawBufferPointer, into postings: inout [UInt64]) -> Bool {
        guard var reader = Reader(bytes) else { return false }
        while !reader.isAtEnd {
            guard let term = reader.term(), let offsets = reader.offsets(isWanted: true) else { return false }
            for offset in offsets { postings.append(posting(term, offset)) }
        }
        return true
    }

    private struct Reader {
        private let bytes: UnsafeRawBufferPointer
        private var place = checkBytes
        private var last: UInt64 = 0

        /// Nil if the check sum differs.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count > checkBytes else { return nil }
            let sum = (0..<checkBytes).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << UInt32(8 * $1) }
            guard sum == checkSum(bytes[checkBytes...]) else { return nil }
            self.bytes = bytes
        }

        var isAtEnd: Bool { place >= bytes.count }

        mutating func term() -> UInt32? {
            guard let distance = number(), distance <= UInt64(UInt32.max) else { return nil }
            last += distance
            return UInt32(exactly: last)
        }

        /// The reports of the term, or none if they are not wanted. Nil if the bytes make no sense.
        mutating func offsets(isWanted: Bool) -> [Int]? {
            guard let head = number(), head >> 1 <= UInt64(OffsetSet.count) else { return nil }
            guard head & 1 == 0 else { return bits(isWanted: isWanted) }
            var offsets: [Int] = []
            var offset: UInt64 = 0
            for _ in 0..<head >> 1 {
                guard let distance = number(), distance < UInt64(OffsetSet.count) else { return nil }
                offset += distance
                guard offset < UInt64(OffsetSet.count) else { return nil }
                if isWanted { offsets.append(Int(offset)) }
            }
            return offsets
        }

        private mutating func bits(isWanted: Bool) -> [Int]? {
            let count = OffsetSet.count / 8
            guard bytes.count - place >= count else { return nil }
            defer { place += count }
            var offsets: [Int] = []
            guard isWanted else { return offsets }
            for index in 0..<count where bytes[place + index] != 0 {
                for bit in 0..<8 where bytes[place + index] >> UInt8(bit) & 1 == 1 { offsets.append(index * 8 + bit) }
            }
            return offsets
        }

        private mutating func number() -> UInt64? { Varint.read(bytes, at: &place, end: bytes.count) }
    }
}
