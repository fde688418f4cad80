import Synchronization

/// The disks of this process, by number. A disk is removed when nothing references it any more.
enum DiskRegistry {
    private struct Entry {
        weak var disk: FaultDisk?
    }

    private struct State {
        var disks: [Int: Entry] = [:]
        var last = 0
    }

    static let prefix = "/faultdisk/"

    private static let state = Mutex(State())

    static func number() -> Int {
        state.withLock { state in
            state.last += 1
            return state.last
        }
    }

    static func add(_ disk: FaultDisk, _ number: Int) { state.withLock { $0.disks[number] = Entry(disk: disk) } }

    static func remove(_ number: Int) { state.withLock { _ = $0.disks.removeValue(forKey: number) } }

    /// The disk and the file name for a virtual path; nil when there is no such disk.
    static func find(_ path: String) -> (disk: FaultDisk, name: String)? {
        let rest = path.dropFirst(prefix.count)
        guard let slash = rest.firstIndex(of: "/"), let number = Int(rest[..<slash]),
            let disk = state.withLock({ $0.disks[number]?.disk })
        else { return nil }
        return (disk, String(rest[rest.index(after: slash)...]))
    }
}
