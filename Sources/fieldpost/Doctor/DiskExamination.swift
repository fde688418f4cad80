// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostCore
import FieldpostStore
import Foundation
import Glibc

/// The disk of the state directory: room, inodes, and whether what it calls durable is likely to be.
struct DiskExamination: Sendable {
    let directory: String

    func findings() -> [Finding] {
        var state = statvfs()
        guard statvfs(directory, &state) == 0 else { return [] }
        let free = UInt64(state.f_bavail) * UInt64(state.f_frsize)
        var findings = [Self.room(free: free)]
        findings += Self.inodes(free: UInt64(state.f_favail), all: UInt64(state.f_files))
        findings.append(syncFinding())
        return findings
    }

    static func room(free: UInt64) -> Finding {
        let text = "\(Quantity.bytes(free)) free"
        let stage = DiskStage(freeBytes: Int(clamping: free))
        let mend = "free some, or move the state directory to a larger disk; GUIDE.md says what may be deleted"
        switch stage {
        case .ample where free < 2 * UInt64(Limits.photosFreeBytes):
            return .warning(
                "disk", "\(text); below \(Quantity.bytes(Limits.photosFreeBytes)) it refuses photos", mend: mend)
        case .ample: return .ok("disk", text)
        case .photosRefused: return .warning("disk", "\(text); it refuses \(stage.refused)", mend: mend)
        default: return .fault("disk", "\(text); it refuses \(stage.refused)", mend: mend)
        }
    }

    /// Each photo is a file. `all` is 0 where the file system has no fixed number.
    static func inodes(free: UInt64, all: UInt64) -> [Finding] {
        guard all > 0 else { return [] }
        let text = "\(Quantity.count(free)) of \(Quantity.count(all)) inodes free"
        let mend = "delete many small files there (`du --inodes -x`), or make the file system anew with more inodes"
        if free < 1000 { return [.fault("inodes", text, mend: mend)] }
        return [free < all / 20 ? .warning("inodes", text, mend: mend) : .ok("inodes", text)]
    }

    private func syncFinding() -> Finding {
        let place = Glibc.realpath(directory, nil)
        defer { Glibc.free(place) }
        let path = place.map { String(cString: $0) } ?? directory
        let table = MountTable((try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? "")
        return SyncVerdict(mount: table.mount(of: path), microseconds: measure()).finding
    }

    /// How long each of some syncs of a small write took, ascending. Nil if no file could be made. The file never has
    /// a name where the file system can do that, so not even a crash leaves it behind.
    private func measure() -> [Int]? {
        let flags = O_WRONLY | O_CLOEXEC
        // O_TMPFILE (open(2)), which is a macro that Swift does not see.
        var file = open(directory, flags | 0o20_000_000 | O_DIRECTORY, 0o600)
        if file < 0 {
            let name = "\(directory)/.doctor-\(UUID().uuidString)"
            file = open(name, flags | O_CREAT | O_EXCL, 0o600)
            unlink(name)
        }
        guard file >= 0 else { return nil }
        defer { close(file) }
        let bytes = [UInt8](repeating: 0x46, count: 4096)
        let clock = ContinuousClock()
        var times: [Int] = []
        for round in 0..<Self.syncs {
            let start = clock.now
            guard pwrite(file, bytes, bytes.count, off_t(round * bytes.count)) == bytes.count, fsync(file) == 0 else {
                return nil
            }
            let spent = (clock.now - start).components
            times.append(Int(spent.seconds) * 1_000_000 + Int(spent.attoseconds / 1_000_000_000_000))
        }
        return times.sorted()
    }

    private static let syncs = 12
}

/// What the file system and the time of syncs say about their honesty.
struct SyncVerdict: Sendable {
    let mount: MountTable.Mount?
    /// Ascending. Nil if it could not be measured.
    let microseconds: [Int]?

    /// No device that keeps data without power writes 4 KiB in less: a fast one takes 20 to 50 µs.
    private static let leastMicroseconds = 15
    private static let slowMicroseconds = 500_000
    private static let proof = "this is a hint and not a proof: only cutting the power shows it (GUIDE.md)"

    var finding: Finding {
        let place = mount.map { "\($0.type) on \($0.device)" } ?? "an unknown file system"
        if let mount, ["tmpfs", "ramfs"].contains(mount.type) {
            return .fault(
                "sync", "\(place): everything there is in memory, and a power cut loses it",
                mend: "move the state directory to a disk")
        }
        let bad = (mount?.options ?? []).filter { ["nobarrier", "barrier=0", "data=writeback", "nolock"].contains($0) }
        if let option = bad.first(where: { $0 != "data=writeback" }) {
            return .fault(
                "sync", "\(place) is mounted with \(option): a power cut may lose what was acknowledged",
                mend: "mount it without \(option)")
        }
        guard let microseconds, !microseconds.isEmpty else {
            return .warning(
                "sync", "\(place); no file could be synced there", mend: "run this as root or as the node's user")
        }
        let median = microseconds[microseconds.count / 2]
        let most = microseconds[microseconds.count - 1]
        let text = "\(place): a sync takes \(Self.time(median)), at most \(Self.time(most)) of \(microseconds.count)"
        if median < Self.leastMicroseconds {
            return .warning(
                "sync", "\(text), which no disk can do: something says that data is safe before it is",
                mend: "look for a cache without a battery, a virtual disk with cache=unsafe, or a library that drops "
                    + "fsync (eatmydata); \(Self.proof)")
        }
        if !bad.isEmpty {
            return .warning(
                "sync", "\(text); mounted with data=writeback", mend: "mount it with data=ordered; \(Self.proof)")
        }
        if median > Self.slowMicroseconds {
            return .warning(
                "sync", "\(text), so each report waits that long", mend: "the card may be worn: replace it")
        }
        return .ok("sync", "\(text); \(Self.proof)")
    }

    private static func time(_ microseconds: Int) -> String {
        microseconds < 1000 ? "\(microseconds) µs" : Quantity.span(milliseconds: UInt64(microseconds / 1000))
    }
}
