import GRDBSQLite
import Glibc

/// The memory that the connections to one database share, in regions, and its eight locks. It exists as long as a
/// handle holds it: a connection of a dead process may still read what it mapped.
final class SharedMemory {
    private static let slotCount = Int(SQLITE_SHM_NLOCK)

    private var regions: [UnsafeMutableRawPointer] = []
    /// For each lock: 0 is free, -1 is exclusive, a positive number counts the sharers.
    private var slots = [Int](repeating: 0, count: slotCount)
    /// For each handle, a bit for each lock that it shares or holds exclusively.
    private var shared: [Int: UInt32] = [:]
    private var exclusive: [Int: UInt32] = [:]
    var handles: Set<Int> = []

    deinit { for region in regions { free(region) } }

    /// The memory of one region; nil when it does not exist and must not be created.
    func region(_ number: Int, bytes: Int, extend: Bool) -> UnsafeMutableRawPointer? {
        while extend, regions.count <= number, let region = calloc(1, bytes) { regions.append(region) }
        return number < regions.count ? regions[number] : nil
    }

    /// Takes or releases `count` locks from `first` on. Returns false when other handles prevent it.
    func change(_ handle: Int, first: Int, count: Int, flags: CInt) -> Bool {
        let range = first..<min(first + count, Self.slotCount)
        let mask = range.reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
        if flags & SQLITE_SHM_UNLOCK != 0 {
            release(handle, mask)
            return true
        }
        if flags & SQLITE_SHM_SHARED != 0 {
            if shared[handle, default: 0] & mask != 0 { return true }
            guard range.allSatisfy({ slots[$0] >= 0 }) else { return false }
            for slot in range { slots[slot] += 1 }
            shared[handle, default: 0] |= mask
            return true
        }
        let own = exclusive[handle, default: 0]
        guard range.allSatisfy({ slots[$0] == 0 || own & 1 << UInt32($0) != 0 }) else { return false }
        for slot in range { slots[slot] = -1 }
        exclusive[handle] = own | mask
        return true
    }

    /// Releases all locks of the handle.
    func remove(_ handle: Int) {
        release(handle, .max)
        shared[handle] = nil
        exclusive[handle] = nil
        handles.remove(handle)
    }

    private func release(_ handle: Int, _ mask: UInt32) {
        let alone = exclusive[handle, default: 0] & mask
        let together = shared[handle, default: 0] & mask
        for slot in slots.indices {
            if alone & 1 << UInt32(slot) != 0 { slots[slot] = 0 }
            if together & 1 << UInt32(slot) != 0 { slots[slot] -= 1 }
        }
        exclusive[handle, default: 0] &= ~mask
        shared[handle, default: 0] &= ~mask
    }
}
