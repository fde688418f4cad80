import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostSync
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

@testable import FieldpostGateway

/// The counts of links, over restarts and changes of the settings.
struct LinkKeeperTests {
    private let place: TemporaryDirectory
    private let clock = TestClock()

    init() throws { place = try TemporaryDirectory() }

    /// Clocks that a test sets.
    private final class TestClock: Sendable {
        let now = Mutex(Moment(monotonicMilliseconds: 0, wallMilliseconds: 1_764_374_400_000))

        func pass(_ milliseconds: UInt64) {
            now.withLock { now in
                now.monotonicMilliseconds += milliseconds
                now.wallMilliseconds += Int64(milliseconds)
            }
        }
    }

    private func settings(_ links: [LinkClass]) -> NodeSettings {
        var settings = NodeSettings(role: .gateway, name: "g", stateDirectory: place.path, http: "127.0.0.1:0")
        settings.linkClass = "ethernet"
        settings.links = links
        return settings
    }

    private static func lte(_ bytes: UInt64) -> LinkClass {
        LinkClass(name: "lte", interfaces: ["lo"], policy: LinkPolicy(dayBytes: bytes))
    }

    private func keeper(_ links: [LinkClass] = [lte(10_000_000)]) -> LinkKeeper {
        LinkKeeper(
            settings: settings(links), clock: { [clock] in clock.now.withLock { $0 } }, logger: Logger(label: "test"))
    }

    private func bytes(_ keeper: LinkKeeper, _ name: String = "lte") -> UInt64? {
        keeper.status(backlog: nil).links.first { $0.name == name }?.day.bytes
    }

    private var file: String { (try? String(contentsOfFile: place.path + "/links.json", encoding: .utf8)) ?? "" }

    @Test func `a connection has the class of its interface, else that of the settings`() {
        let keeper = keeper()
        #expect(keeper.name(local: "127.0.0.1", peer: "192.0.2.1") == "lte")
        #expect(keeper.name(local: "192.0.2.7", peer: "192.0.2.1") == "ethernet")
        #expect(keeper.name(local: nil, peer: nil) == "ethernet")
    }

    @Test func `an orderly end keeps the exact counts`() async {
        let first = keeper()
        let link = SessionLink(local: "127.0.0.1", peer: nil, control: first)
        link.sent(100_000)
        link.received(23)
        let task = Task { await first.run() }
        task.cancel()
        await task.value
        #expect(bytes(keeper()) == 100_023)
    }

    @Test func `a crash counts too much rather than too little`() async throws {
        let first = keeper()
        let task = Task { await first.run() }
        first.count(500_000, of: "lte")
        #expect(try await waits(120) { bytes(keeper()) ?? 0 >= 500_000 })
        #expect(bytes(keeper()) == 500_000 + Limits.linkRecordBytes)
        // What was written ahead covers the next bytes.
        let written = file
        first.count(1_000, of: "lte")
        #expect(file == written)
        task.cancel()
        await task.value
    }

    @Test func `days are those of central's clock, in this machine's zone, once it is known`() {
        let keeper = keeper()
        #expect(!keeper.status(backlog: nil).isTimeKnown)
        keeper.count(10_000_000, of: "lte")
        keeper.learn(offsetMilliseconds: nil)
        #expect(!keeper.status(backlog: nil).isTimeKnown)
        // Its own clock is ten years late.
        keeper.learn(offsetMilliseconds: 3_652 * 86_400_000)
        #expect(keeper.status(backlog: nil).isTimeKnown && bytes(keeper) == 10_000_000)
        guard case .wait(let wait) = keeper.permit(for: .photos, of: "lte") else {
            Issue.record("photos may go beyond the budget")
            return
        }
        #expect(wait.reason == .dayBudget)
        clock.pass(wait.milliseconds ?? 0)
        #expect(bytes(keeper) == 0)
        #expect(keeper.permit(for: .photos, of: "lte") == .bytes(9_950_000))
    }

    @Test(arguments: [Int64.max, .min]) func `an absurd clock of central is not believed`(offset: Int64) {
        let keeper = keeper()
        keeper.learn(offsetMilliseconds: offset)
        _ = keeper.permit(for: .photos, of: "lte")
        keeper.learn(offsetMilliseconds: 0)
        #expect(keeper.status(backlog: nil).isTimeKnown)
    }

    @Test func `other settings apply to what was counted, and wake who waits`() async {
        let keeper = keeper()
        var changes = keeper.changes().makeAsyncIterator()
        keeper.count(10_000_000, of: "lte")
        keeper.apply(settings([Self.lte(20_000_000)]))
        #expect(await changes.next() != nil)
        #expect(keeper.permit(for: .thumbnails, of: "lte") == .bytes(10_000_000))
        keeper.apply(settings([]))
        #expect(keeper.permit(for: .photos, of: "lte") == .unlimited && bytes(keeper) == 10_000_000)
        #expect(keeper.name(local: "127.0.0.1", peer: nil) == "ethernet")
    }

    @Test func `a pause is stored, and its end wakes who waits`() async throws {
        let first = keeper([])
        let task = Task { await first.run() }
        var changes = first.changes().makeAsyncIterator()
        first.pause(seconds: 7_200)
        #expect(await changes.next() != nil)
        #expect(try await waits(120) { keeper([]).status(backlog: nil).pausedSeconds == 7_200 })
        clock.pass(3_600_000)
        #expect(first.status(backlog: nil).pausedSeconds == 3_600)
        let paused = LinkWait(.paused, milliseconds: 3_600_000)
        #expect(first.permit(for: .photos, of: "ethernet") == .wait(paused))
        first.resume()
        #expect(await changes.next() != nil)
        #expect(try await waits(120) { keeper([]).status(backlog: nil).pausedSeconds == nil })
        #expect(first.permit(for: .photos, of: "ethernet") == .unlimited)
        task.cancel()
        await task.value
    }

    @Test(arguments: [
        "", "{", "[]", "{\"calendar\":{\"day\":9223372036854775807,\"isKnown\":false,\"milliseconds\":0},\"usage\":{}}",
        "{\"calendar\":{\"day\":1,\"isKnown\":false,\"milliseconds\":99999999999},\"usage\":{}}",
        "{\"calendar\":{\"day\":1,\"isKnown\":false,\"milliseconds\":0},\"usage\":{},\"pause\":{\"milliseconds\":5,"
            + "\"end\":-9223372036854775808}}",
    ])
    func `a damaged file stops nothing`(text: String) throws {
        _ = try place.file("links.json", text)
        let keeper = keeper()
        #expect(keeper.permit(for: .photos, of: "lte") == .bytes(9_950_000))
        #expect(bytes(keeper) == 0)
    }

    @Test func `a forecast is part of the state when the photos that wait are known`() {
        let keeper = keeper()
        keeper.learn(offsetMilliseconds: 0)
        let backlog = PhotoBacklog(bytes: 1_000_000, bytesPerSecond: 10_000)
        #expect(keeper.status(backlog: backlog).links.first?.photosThroughSeconds == 100)
        #expect(keeper.status(backlog: nil).links.first?.photosThroughSeconds == nil)
        keeper.count(2_000_000, of: "lte")
        keeper.pause(seconds: 60)
        let outlook = keeper.outlook(of: "lte", backlog: backlog)
        #expect(outlook.dayBytesLeft == 8_000_000 && outlook.monthBytesLeft == nil)
        #expect(outlook.wait?.reason == .paused && outlook.photosThroughSeconds == 160)
        #expect(keeper.outlook(of: "wlan", backlog: nil) == LinkOutlook(wait: LinkWait(.paused, milliseconds: 60_000)))
    }
}
