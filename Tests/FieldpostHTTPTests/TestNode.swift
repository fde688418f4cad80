import FaultDisk
import FieldpostAPI
import FieldpostBlobs
import FieldpostCore
import FieldpostHTTP
import FieldpostJournal
import FieldpostNode
import FieldpostStore
import FieldpostWire
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization

/// A node with only a journal, in a directory of its own. The directory is deleted with it.
struct TestNode: NodeService, GatewayUpkeep {
    static let gateway = "station-1"

    let journal: any Store
    let blobs: any BlobStore
    var mediaLimits = MediaLimits()
    let intakeMetrics = IntakeMetrics()
    let handleSecret = [UInt8](repeating: 7, count: 32)
    let directory: String
    /// Nil: as at a gateway.
    var opener: SealingPrivateKey?
    /// The corrected time, which a test may set.
    let clock = Clock()

    final class Clock: Sendable {
        private let now = Mutex<Int64>(1_525_134_600_000)
        var milliseconds: Int64 {
            get { now.withLock { $0 } }
            set { now.withLock { $0 = newValue } }
        }
    }

    init() throws {
        directory = NSTemporaryDirectory() + "fieldpost-http-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let journal = try Journal(
            directory: directory, node: Self.id, role: .gateway, codec: EntryCodec())
        (self.journal, centralSettings) = (journal, Self.settings(journal))
        blobs = try FileBlobStore(disk: HostBlobDisk(directory: directory + "/blobs"))
    }

    /// In a given incarnation, so that two nodes give the same answers.
    init(in incarnation: Incarnation) throws {
        let disk = FaultDisk(seed: 1)
        directory = disk.root
        let journal = try Journal(
            disk: FaultJournalDisk(disk), node: Self.id, role: .gateway, codec: EntryCodec(),
            opening: Opening(newIncarnation: { incarnation }))
        (self.journal, centralSettings) = (journal, Self.settings(journal))
        blobs = try FileBlobStore(disk: FaultBlobDisk(disk))
    }

    /// On a disk that can fill up, become corrupt and be restored.
    init(_ role: Role = .gateway, on disk: FaultDisk) throws {
        directory = disk.root
        let journal = try Journal(disk: FaultJournalDisk(disk), node: Self.id, role: role, codec: EntryCodec())
        (self.journal, centralSettings) = (journal, Self.settings(journal))
        blobs = try FileBlobStore(disk: FaultBlobDisk(disk))
    }

    static let id = NodeID(publicKey: "test".utf8)

    /// This node's own settings count, as at central.
    let centralSettings: CentralSettings

    private static func settings(_ journal: Journal) -> CentralSettings {
        CentralSettings(
            journal: journal, central: { Self.id }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func stamp() -> Stamp {
        Stamp(wallMilliseconds: 1_525_134_600_000, boot: BootID(1), monotonicMilliseconds: 7)
    }

    func time() async -> Instant? { Instant(milliseconds: clock.milliseconds) }

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
        let digest = try await journal.digest(scope: nil)
        return NodeDigest(reports: digest.reports, digest: digest.digest.hex)
    }

    func upkeep() throws(ResyncError) -> any GatewayUpkeep { self }

    func contactOpener() throws(ResyncError) -> any ContactOpening {
        guard let opener else { throw .notCentral }
        return Opener(key: opener)
    }

    private struct Opener: ContactOpening {
        let key: SealingPrivateKey
        func open(_ sealed: SealedContact, of report: ReportID) throws -> Contact? { key.open(sealed, of: report) }
    }

    func node(named gateway: String) async throws -> NodeID {
        guard gateway == Self.gateway else { throw ResyncError.unknownGateway(gateway) }
        return Self.id
    }

    func acceptClone(gateway: String, forgetting: Bool, author: String) async throws -> AcceptedClones {
        guard journal.role == .central else { throw ResyncError.notCentral }
        let found = try await journal.statistics().gateways.first { $0.name == gateway }
        guard let found else { throw ResyncError.unknownGateway(gateway) }
        return AcceptedClones(accepted: try await journal.acceptClone(found.node))
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }
}

/// Runs a test with the report API of a new node.
func withAPI(
    _ setup: TestingSetup = .router, _ body: @Sendable (API) async throws -> Void
) async throws {
    let node = try TestNode()
    defer { node.remove() }
    try await withAPI(of: node, setup, body)
}

/// Runs a test with the report API of a node.
func withAPI(
    of node: TestNode, _ setup: TestingSetup = .router, _ body: @Sendable (API) async throws -> Void
) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(router: Router.reports(of: node, logger), logger: logger)
    try await application.test(setup) { client in try await body(API(client: client, node: node)) }
}

/// Runs a test with the admin socket's API of a node.
func withAdmin(of node: TestNode, _ body: @Sendable (API) async throws -> Void) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let application = Application(router: Router.administration(of: node, logger), logger: logger)
    try await application.test(.router) { client in try await body(API(client: client, node: node)) }
}

extension Router where Context == APIContext {
    /// The report API, open to all.
    static func reports(of node: TestNode, _ logger: Logger) -> Router<APIContext> {
        .serving(ReportAPI(node: node).routes, rule: .trust, logger: logger)
    }

    /// What the admin socket serves of every node.
    static func administration(of node: TestNode, _ logger: Logger) -> Router<APIContext> {
        .serving(AdminAPI(node: node).routes, rule: .trust, logger: logger)
    }
}
