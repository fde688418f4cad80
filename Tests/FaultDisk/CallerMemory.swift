/// Memory that the caller lends for one call. It is stored as an address, so that it can be passed into the disk's
/// lock.
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
