import FieldpostCore
import Logging
import TestKit
import Testing

@testable import FieldpostNode

/// A link that comes up ends the wait before the next dial.
struct LinkWatchTests {
    /// A message about a link, an address or a route, with the fields that count.
    private func message(_ type: UInt16, flags: UInt32 = 0, bytes: Int = 32) -> [UInt8] {
        var message = [UInt8](repeating: 0, count: bytes)
        message.withUnsafeMutableBytes { buffer in
            buffer.storeBytes(of: UInt32(bytes), toByteOffset: 0, as: UInt32.self)
            buffer.storeBytes(of: type, toByteOffset: 4, as: UInt16.self)
            buffer.storeBytes(of: flags, toByteOffset: 24, as: UInt32.self)
        }
        return message
    }

    @Test func `A link that runs, a new address and a new route are news, and their ends are not`() {
        #expect(LinkNews.sayLinkIsUp(message(16, flags: 0x1043)))
        #expect(LinkNews.sayLinkIsUp(message(20)))
        #expect(LinkNews.sayLinkIsUp(message(24)))
        #expect(!LinkNews.sayLinkIsUp(message(16, flags: 0x1003)))
        for end: UInt16 in [17, 21, 25] { #expect(!LinkNews.sayLinkIsUp(message(end, flags: 0x1043))) }
    }

    @Test func `Several messages in one piece are all read, also when the last is cut off`() {
        let others = message(16, flags: 0x1003, bytes: 41) + [0, 0, 0] + message(25, bytes: 33) + [0, 0, 0]
        #expect(LinkNews.sayLinkIsUp(others + message(20)))
        #expect(LinkNews.sayLinkIsUp(others + message(16, flags: 0x43, bytes: 1400).prefix(64)))
        #expect(!LinkNews.sayLinkIsUp(others + message(16, flags: 0x43).prefix(20)))
        #expect(!LinkNews.sayLinkIsUp([]))
        #expect(!LinkNews.sayLinkIsUp([UInt8](repeating: 0, count: 40)))
        #expect(!LinkNews.sayLinkIsUp([UInt8](repeating: 255, count: 40)))
    }

    @Test func `A link that flaps brings a bounded number of early dials`() {
        var pace = LinkPace()
        let early = (0..<100_000).count { pace.allows(at: UInt64($0)) }
        #expect(early == Limits.linkDials + 100_000 / Int(Limits.linkDialMilliseconds) - 1)
        let isAllowedLater = pace.allows(at: 200_000)
        #expect(isAllowedLater)
    }

    @Test func `A wait ends early when it is told to, also shortly before it begins`() async {
        let pause = Pause()
        #expect(await !pause.wait(milliseconds: 1))
        async let waited = pause.wait(milliseconds: 3_600_000)
        pause.end()
        let isEnded = await waited
        #expect(isEnded)
        pause.end()
        pause.forget()
        #expect(await !pause.wait(milliseconds: 1))
        let cancelled = Task { await pause.wait(milliseconds: 3_600_000) }
        cancelled.cancel()
        #expect(await !cancelled.value)
    }

    private static let canAddLinks: Bool = {
        guard (try? Tool.run("ip", ["link", "add", "fpprobe", "type", "veth", "peer", "name", "fpprobe2"])) != nil
        else { return false }
        return (try? Tool.run("ip", ["link", "del", "fpprobe"])) != nil
    }()

    /// The link is a pair of its own without addresses. It takes no packet of this machine.
    @Test(.enabled(if: canAddLinks, "needs the right to add links, and ip (iproute2)"))
    func `The kernel's news of a link ends the wait`() async throws {
        let name = "fp\(UInt32.random(in: 0...999_999))"
        let other = name + "b"
        try Tool.run("ip", ["link", "add", name, "type", "veth", "peer", "name", other])
        defer { _ = try? Tool.run("ip", ["link", "del", name]) }
        try Tool.run("ip", ["link", "set", other, "up"])
        let (pause, watch) = (Pause(), LinkWatch(logger: Logger(label: "test")))
        watch.onUp { pause.end() }
        let watching = Task { await watch.run() }
        let waiting = Task { await pause.wait(milliseconds: 60_000) }
        // The first changes may come before the watch has begun.
        let toggling = Task {
            while !Task.isCancelled {
                try Tool.run("ip", ["link", "set", name, "up"])
                try Tool.run("ip", ["link", "set", name, "down"])
                await Task.yield()
            }
        }
        #expect(await waiting.value)
        toggling.cancel()
        watching.cancel()
        await watching.value
        _ = await toggling.result
    }
}
