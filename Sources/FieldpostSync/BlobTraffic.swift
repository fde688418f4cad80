/// Photos and clips that are on their way between two nodes, or wait for it.
package struct BlobTraffic: Hashable, Sendable {
    package var receiving = Flow()
    package var sending = Flow()

    /// Those that go in one direction.
    package struct Flow: Hashable, Sendable {
        package var count = 0
        /// Of the whole blobs, and how much of them has crossed.
        package var bytes: UInt64 = 0
        package var bytesDone: UInt64 = 0
        /// Over the last seconds.
        package var bytesPerSecond: UInt64 = 0

        package init() {}

        package mutating func add(_ other: Flow) {
            count += other.count
            bytes += other.bytes
            bytesDone += other.bytesDone
            bytesPerSecond += other.bytesPerSecond
        }

        mutating func add(bytes: UInt64, done: UInt64 = 0) {
            count += 1
            self.bytes += bytes
            bytesDone += done
        }
    }

    package init() {}

    package mutating func add(_ other: BlobTraffic) {
        receiving.add(other.receiving)
        sending.add(other.sending)
    }
}
