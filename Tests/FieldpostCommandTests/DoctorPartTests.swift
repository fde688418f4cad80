import FieldpostCore
import FieldpostNode
import Foundation
import TestKit
import Testing

@testable import fieldpost

/// What the doctor makes of what it sees, where this machine cannot show it.
@Suite struct DoctorPartTests {
    private static let table = MountTable(
        """
        /dev/root / ext4 rw,relatime 0 0
        tmpfs /var tmpfs rw 0 0
        /dev/mmcblk0p2 /var ext4 rw,noatime,data=ordered 0 0
        /dev/sdb1 /var/lib/my\\040disk ext4 rw,nobarrier 0 0
        /dev/sdc1 /var/libra xfs rw 0 0
        """)

    @Test func `The mount of a path is the longest, whole by whole name, and the last at one place`() {
        #expect(Self.table.mount(of: "/home")?.device == "/dev/root")
        #expect(Self.table.mount(of: "/var/lib/fieldpost")?.device == "/dev/mmcblk0p2")
        #expect(Self.table.mount(of: "/var/lib/my disk/state")?.device == "/dev/sdb1")
        #expect(Self.table.mount(of: "/var/libra")?.type == "xfs")
        #expect(MountTable("").mount(of: "/var") == nil)
    }

    private func sync(_ place: String, _ microseconds: [Int]?) -> Finding {
        SyncVerdict(mount: Self.table.mount(of: place), microseconds: microseconds).finding
    }

    @Test func `A sync that no disk can do, a slow one and one without barriers are named; a good one is a hint`() {
        #expect(sync("/var/lib/fieldpost", [2, 3, 4]).grade == .warning)
        #expect(sync("/var/lib/fieldpost", [2, 3, 4]).text.contains("no disk can do"))
        let good = sync("/var/lib/fieldpost", [900, 4000, 21_000])
        #expect(good.grade == .ok && good.text.contains("a hint and not a proof") && good.text.contains("mmcblk0p2"))
        #expect(sync("/var/lib/fieldpost", [600_000, 800_000, 900_000]).grade == .warning)
        let unsafe = sync("/var/lib/my disk", [900, 4000, 21_000])
        #expect(unsafe.grade == .fault && unsafe.text.contains("nobarrier"))
        #expect(sync("/home", nil).grade == .warning)
        let loose = MountTable("/dev/sda1 / ext4 rw,data=writeback 0 0").mount(of: "/")
        let verdict = SyncVerdict(mount: loose, microseconds: [900, 4000]).finding
        #expect(verdict.grade == .warning && verdict.text.contains("data=writeback"))
    }

    @Test func `Room and inodes are graded by what they stop`() {
        #expect(DiskExamination.room(free: 1 << 40).grade == .ok)
        #expect(DiskExamination.room(free: UInt64(Limits.photosFreeBytes) + 1).grade == .warning)
        #expect(DiskExamination.room(free: UInt64(Limits.photosFreeBytes) - 1).text.contains("photos"))
        #expect(DiskExamination.room(free: UInt64(Limits.ordinaryFreeBytes) - 1).grade == .fault)
        #expect(DiskExamination.inodes(free: 0, all: 0).isEmpty)
        #expect(DiskExamination.inodes(free: 900, all: 1_000_000).map(\.grade) == [.fault])
        #expect(DiskExamination.inodes(free: 40_000, all: 1_000_000).map(\.grade) == [.warning])
        #expect(DiskExamination.inodes(free: 400_000, all: 1_000_000).map(\.grade) == [.ok])
    }

    private func unit(_ changes: [String: String]) -> [Finding] {
        let good = UnitExamination.values(
            "LoadState=loaded\nUnitFileState=enabled\nActiveState=active\nSubState=running\nNRestarts=0\n"
                + "Result=success\nWatchdogUSec=5min\nStatusText=connected to central; a=b\n")
        return UnitExamination.findings("fieldpost-gateway", good.merging(changes) { $1 })
    }

    @Test func `A unit that is missing, not enabled, failed, restarted or without watchdog is named with its mend`() {
        #expect(unit([:]).map(\.grade) == [.ok])
        #expect(unit(["LoadState": "not-found"]).map(\.grade) == [.warning])
        #expect(unit(["UnitFileState": "disabled"]).first?.mend == "systemctl enable fieldpost-gateway")
        let failed = unit(["ActiveState": "failed", "Result": "exit-code", "StatusText": "failed (78): line 3"])
        #expect(failed.first?.grade == .fault && failed.first?.text.contains("failed (78): line 3") == true)
        #expect(unit(["NRestarts": "4"]).first?.text.contains("4 times") == true)
        #expect(unit(["WatchdogUSec": "infinity"]).first?.grade == .warning)
        let between = unit(["ActiveState": "activating", "SubState": "auto-restart"])
        #expect(between.first?.text.contains("auto-restart") == true)
    }

    @Test func `The wait after faults begins with the fourth start and doubles up to five minutes`() {
        #expect((0...10).map(FaultPause.seconds) == [0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300])
        #expect(FaultPause.seconds(after: Limits.countedFaults) == 300)
    }

    @Test func `A start that goes on gets more time from systemd`() throws {
        let directory = try TemporaryDirectory()
        let receiver = try DatagramReceiver(name: "\(directory.path)/notify")
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": "\(directory.path)/notify"])
        let watch = StartWatch(stateDirectory: directory.path, notifier: notifier, step: .milliseconds(200))
        defer { watch.end() }
        let end = ContinuousClock.now + .seconds(60)
        var (sum, heard): (Int, String?) = (0, nil)
        while heard == nil, ContinuousClock.now < end {
            for _ in 0..<10_000 { sum &+= sum.hashValue }
            heard = receiver.next()
        }
        let said = try #require(heard)
        #expect(said.hasPrefix("EXTEND_TIMEOUT_USEC=600000\nSTATUS=opening the journal ("), "\(said)")
    }
}
