import Glibc

/// A file's bytes in separately allocated memory. Every operation is one copy by the C library, which is fast in a
/// debug build too.
final class ByteStore {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0

    init() {}

    init(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0, at: 0) }
    }

    init(copying other: ByteStore) {
        write(UnsafeRawBufferPointer(start: other.base, count: other.count), at: 0)
    }

    deinit { free(base) }

    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            if let base, let target = buffer.baseAddress { memcpy(target, base, count) }
            written = count
        }
    }

    /// Copies the bytes from `offset` on, and fills the rest with zeros. Returns how many bytes there were.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        let found = min(max(count - offset, 0), target.count)
        guard let start = target.baseAddress else { return 0 }
        if let base, found > 0 { memcpy(start, base + offset, found) }
        if found < target.count { memset(start + found, 0, target.count - found) }
        return found
    }

    /// Overwrites the bytes at `offset`. A gap before `offset` is filled with zeros.
    func write(_ source: UnsafeRawBufferPointer, at offset: Int) {
        guard let start = source.baseAddress, !source.isEmpty else { return }
        if offset + source.count > count { resize(to: offset + source.count) }
        if let base { memcpy(base + offset, start, source.count) }
    }

    /// Cuts off the end, or adds zeros.
    func resize(to size: Int) {
        if size > capacity {
            capacity = max(size, 2 * capacity, 4096)
            base = realloc(base, capacity)
        }
        if let base, size > count { memset(base + count, 0, size - count) }
        count = size
    }

    /// `bit` is counted from the lowest bit of the first byte.
    func flip(bit: Int) {
        precondition(bit / 8 < count, "bit \(bit) is beyond \(count) bytes")
        base?.assumingMemoryBound(to: UInt8.self)[bit / 8] ^= 1 << (bit % 8)
    }

    func withBytes<Value>(from offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        body(UnsafeRawBufferPointer(start: base.map { $0 + offset }, count: count))
    }
}
