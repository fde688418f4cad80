/// Memory of the caller, which it lends for the length of one call. As an address it may cross into the disk's lock.
struct CallerMemory: Sendable {
    private let address: UInt
    private let count: Int

    init(_ start: UnsafeRawPointer?, count: Int) {
        address = UInt(bitPattern: start)
        self.count = count
    }

    var readable: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
    }

    var writable: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: address), count: count)
    }
}
