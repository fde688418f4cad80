import FieldpostAPI
import FieldpostNode
import Glibc

/// This machine's clock: whether something keeps it right, and what peers say.
enum ClockExamination {
    /// Of a peer's clock, beyond the error of the measure, before it is worth a look.
    private static let noticeMilliseconds: UInt64 = 2000
    /// 2026-01-01. No node is older.
    private static let earliestSeconds = 1_767_225_600
    private static let mend = "set up a time service (`timedatectl set-ntp true`), or a receiver for satellites"

    static func findings(peers: [NodeStatus.PeerState]) -> [Finding] {
        [own()] + peers.filter(\.isConnected).compactMap(against)
    }

    private static func own() -> Finding {
        guard time(nil) >= earliestSeconds else {
            return .fault(
                "clock", "it is before 2026, so this machine does not know the time",
                mend: "\(mend). Reports are safe: their order does not hang on this clock")
        }
        if HostClock().isSynchronized { return .ok("clock", "systemd-timesyncd keeps it right") }
        // Whatever service keeps the clock, the kernel knows whether one does, and this shows it.
        guard Outside.isSystemdRunning,
            let answer = Outside.output(of: ["timedatectl", "show", "-p", "NTPSynchronized", "--value"])
        else { return .ok("clock", "this machine does not say whether something keeps it right") }
        guard answer.hasPrefix("yes") else { return .warning("clock", "nothing keeps it right", mend: mend) }
        return .ok("clock", "synchronised")
    }

    private static func against(_ peer: NodeStatus.PeerState) -> Finding? {
        guard let offset = peer.clockOffsetMilliseconds else { return nil }
        let error = peer.clockUncertaintyMilliseconds ?? 0
        let text =
            "\(peer.name) is \(Quantity.span(milliseconds: offset.magnitude)) \(offset < 0 ? "behind" : "ahead"), "
            + "±\(Quantity.span(milliseconds: error))"
        guard offset.magnitude > error + noticeMilliseconds else { return .ok("clock", text) }
        return .warning("clock", text, mend: "one of the two is wrong: \(mend)")
    }
}
