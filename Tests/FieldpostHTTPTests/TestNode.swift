import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostNode
import FieldpostWire
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging

/// A node that is nothing but its journal, in a directory of its own that goes with it.
struct TestNode: NodeService {
    static let gateway = "station-1"

    let journal: Journal
    let directory: String
    var resyncFailure: ResyncError?

    init() throws {
        directory = NSTemporaryDirectory() + "fieldpost-http-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        journal = try Journal(
            directory: directory, node: NodeID(publicKey: "test".utf8), role: .gateway, codec: EntryCodec())
    }

    func stamp() -> Stamp {
        Stamp(wallMilliseconds: 1_525_134_600_000, boot: BootID(1), monotonicMilliseconds: 7)
    }

    func status() async throws(JournalError) -> NodeStatus {
        let statistics = try await journal.statistics()
        return NodeStatus(
            node: journal.origin.node.description, name: Self.gateway, role: .gateway,
            incarnation: journal.origin.incarnation.description, version: "test", uptimeSeconds: 1,
            now: "2018-05-01T00:30:00Z",
            journal: NodeStatus.JournalState(
                reports: statistics.reports, reportsInConflict: statistics.reportsInConflict, entriesQuarantined: 0,
                fileBytes: statistics.fileBytes, head: 0, receipt: 0),
            peers: [], alarms: [])
    }

    func digest(gateway: String?) async throws -> NodeDigest {
        if let gateway, gateway != Self.gateway { throw ResyncError.unknownGateway(gateway) }
        let digest = try await journal.digest()
        return NodeDigest(reports: digest.reports, digest: digest.digest.hex)
    }

    func resync(gateway: String) async throws(ResyncError) -> AsyncThrowingStream<ResyncState, any Error> {
        guard gateway == Self.gateway else { throw .unknownGateway(gateway) }
        return AsyncThrowingStream { continuation in
            continuation.yield(ResyncState(done: 1, total: 2, added: 0, isFinished: false))
            if let resyncFailure {
                continuation.finish(throwing: resyncFailure)
            } else {
                continuation.yield(ResyncState(done: 2, total: 2, added: 1, isFinished: true))
                continuation.finish()
            }
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}

/// Runs a test against the report API of a fresh node.
func withAPI(
    _ setup: TestingSetup = .router, _ body: @Sendable (API) async throws -> Void
) async throws {
    let node = try TestNode()
    defer { node.remove() }
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(router: ReportAPI(node: node, logger: logger).router(), logger: logger)
    try await application.test(setup) { client in try await body(API(client: client, node: node)) }
}
