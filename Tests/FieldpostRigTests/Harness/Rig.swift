import FieldpostFleet
import Foundation
import Synchronization
import TestKit
import Testing

/// One rig at work: real daemons below a directory of its own, what they acknowledged, and what was measured.
///
/// Trials report what is wrong to the rig rather than to the test, so that the rig can print what it measured.
final class Rig: Sendable {
    let name: String
    let directory: String
    let ledger: Ledger
    /// Photos come in with the reports.
    let takesPhotos: Bool
    private let state = Mutex(State())

    private struct State {
        var measures = Measures()
        /// When it last said how far it is.
        var told = ContinuousClock.now
        /// What to do at the end, last first.
        var endings: [@Sendable () -> Void] = []
        /// By NodeID.
        var badges: [String: Badges] = [:]
        var certificate: CertificateFiles?
    }

    private static let silence = Duration.seconds(15)

    private init(_ name: String, takesPhotos: Bool) throws {
        self.name = name
        self.takesPhotos = takesPhotos
        ledger = Ledger()
        let place = try TemporaryDirectory()
        directory = place.path
        atEnd { place.remove() }
    }

    /// Bytes that a node may take for `bytes` of work: a sanitizer takes memory of its own.
    static func memory(_ bytes: Int) -> Int { TestRun.sanitizer == nil ? bytes : 4 * bytes }

    /// How often: in the ordinary run, and in the long one.
    static func count(_ short: Int, long: Int) -> Int { TestRun.isLong ? long : short }

    /// Runs trials, prints what they measured, and fails the test when anything is wrong, or when fewer changes were
    /// acknowledged, and looked for afterwards, than `least`. `photos`: how many photos must have been looked for; with
    /// 0, none are sent.
    static func run(
        _ name: String, least: Int, photos: Int = 0, _ body: (Rig) async throws -> Void
    ) async throws {
        let rig = try Rig(name, takesPhotos: photos > 0)
        defer { rig.end() }
        rig.measure { $0.leastPhotos = photos }
        let measures = await rig.measuring(least: least, body)
        say(measures.line(name) + "\n")
        try rig.publish(measures)
        for fault in measures.faults.prefix(24) { Issue.record("\(name): \(fault)") }
    }

    private static func say(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
    }

    private func measuring(least: Int, _ body: (Rig) async throws -> Void) async -> Measures {
        do {
            try await body(self)
        } catch {
            fail("the rig broke off: \(error)")
        }
        let count = ledger.page.count
        measure {
            $0.acknowledged = count
            $0.least = least
        }
        return measures
    }

    func known(_ node: String) -> Badges? { state.withLock { $0.badges[node] } }

    func remember(_ badges: Badges, of node: String) { state.withLock { $0.badges[node] = badges } }

    /// The PEM file of a certificate for HTTP on loopback.
    func certificate() throws -> String { try certificateFiles().path("http.crt") }

    /// The file of its key.
    func certificateKey() throws -> String { try certificateFiles().path("http.key") }

    private func certificateFiles() throws -> CertificateFiles {
        try state.withLock { state in
            if let made = state.certificate { return made }
            let files = CertificateFiles(in: directory)
            try files.make("http", subject: "localhost", address: "127.0.0.1")
            state.certificate = files
            return files
        }
    }

    var measures: Measures { state.withLock(\.measures) }

    /// One more trial. A long run, which may take minutes, says now and then how far it is.
    func countTrial() {
        let told: Measures? = state.withLock { state in
            state.measures.trials += 1
            guard TestRun.isLong, ContinuousClock.now - state.told > Self.silence else { return nil }
            state.told = .now
            return state.measures
        }
        guard var told else { return }
        told.acknowledged = ledger.page.count
        Self.say("… " + told.line(name) + "\n")
    }

    func measure(_ change: (inout Measures) -> Void) { state.withLock { change(&$0.measures) } }

    /// Something is wrong that is neither a loss nor a doubling.
    func fail(_ reason: String) { measure { $0.failures.append(reason) } }

    func check(_ holds: Bool, _ reason: @autoclosure () -> String) { if !holds { fail(reason()) } }

    /// To be done at the end, whatever happens; last first.
    func atEnd(_ ending: @escaping @Sendable () -> Void) { state.withLock { $0.endings.append(ending) } }

    private func end() {
        let endings = state.withLock { state in
            defer { state.endings = [] }
            return state.endings
        }
        for ending in endings.reversed() { ending() }
    }

    private func publish(_ measures: Measures) throws {
        guard let file = ProcessInfo.processInfo.environment["FIELDPOST_TEST_RIG_RESULTS"] else { return }
        if !FileManager.default.fileExists(atPath: file) { try Data().write(to: URL(fileURLWithPath: file)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: measures.json(name, isLong: TestRun.isLong))
        try handle.close()
    }
}

/// All rigs that need the machine for themselves, one after another.
@Suite(.serialized) struct Rigs {}
