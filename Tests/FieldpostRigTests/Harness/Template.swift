import FieldpostCore
import FieldpostFleet
import FilledJournal
import Foundation
import GRDB

/// State directories of a fleet that held the same everywhere when it stopped, to be copied for each trial and damaged.
struct Template: Sendable {
    let directory: String
    /// All that the fleet had acknowledged.
    let page: Ledger.Page
    let gateways: Int

    /// Feeds a fleet, lets it agree, sees that all is there, and ends it. `isKilled`: by SIGKILL, so that the
    /// write-ahead logs stay with all in them.
    static func make(
        _ rig: Rig, reports: Int = 24, gateways: Int = 2, isKilled: Bool = false
    ) async throws -> Template {
        let folder = "template-\(rig.ledger.nextSerial())"
        let before = rig.ledger.page
        let town = try await rig.fleet(gateways: gateways, in: folder)
        for intake in town.intakes { try await rig.feed(reports, to: intake) }
        // Edits on both sides of the same reports, so that both journals hold entries of the other's.
        for intake in town.gatewayIntakes {
            try await town.converge(within: 30)
            for report in rig.ledger.page.since(before).acknowledged(by: intake.name).reports.keys.prefix(6) {
                try await Feed(rig: rig, intake: town.intakes[0]).edit(report)
            }
        }
        try await town.converge(within: 30)
        let page = rig.ledger.page.since(before)
        // What was forgotten before anything was damaged must not pass for the truth.
        try await rig.look(at: town.intakes[0], for: page)
        for intake in town.gatewayIntakes { try await rig.look(at: intake, for: page.acknowledged(by: intake.name)) }
        if isKilled {
            town.kill()
        } else {
            let unwell = await town.stop()
            rig.check(unwell.isEmpty, "did not end well: \(unwell)")
            // A log that stays, though all in it is in the file, would stand in for what is damaged there.
            for node in town.nodes {
                try checkFilled(node, isCentral: node.name == town.central.name, rig)
                try PageClasses.fold(node.directory + "/journal.sqlite")
            }
        }
        return Template(
            directory: rig.directory + "/" + folder, page: page, gateways: gateways)
    }

    /// Tables that real use fills in minutes. What else there is, `FilledJournal` fills.
    private static let tables = [
        true: [
            "accesses", "attachments", "blobs", "boots", "enrollments", "entries", "feed", "gateways", "grids",
            "identity", "keys", "incarnations", "named", "origins", "reports", "retention", "tokens",
        ],
        false: [
            "accesses", "attachments", "blobs", "entries", "feed_cursors", "identity", "keys", "origins", "proofs",
            "reports", "retention",
        ],
    ]

    private static func checkFilled(_ node: NodeProcess, isCentral: Bool, _ rig: Rig) throws {
        let queue = try DatabaseQueue(path: node.directory + "/journal.sqlite")
        let counts = try queue.read { try FilledJournal.rowCounts($0) }
        try queue.close()
        let photos: Set = rig.takesPhotos ? [] : ["attachments", "blobs"]
        let empty = (tables[isCentral] ?? []).filter { counts[$0] ?? 0 == 0 && !photos.contains($0) }
        rig.check(empty.isEmpty, "the journal of \(node.name) has no rows in \(empty)")
    }

    /// The paths of the directories, of central and of gateways: "central", "gateway-1" …
    func path(of node: String) -> String { directory + "/" + node }

    /// A fresh copy of all directories in a folder of the rig's; the copy before it is gone.
    func copy(_ rig: Rig, to folder: String = "trial") throws -> String {
        let target = rig.directory + "/" + folder
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for node in ["central"] + (1...gateways).map({ "gateway-\($0)" }) {
            try Self.copy(path(of: node), to: target + "/" + node)
        }
        return target
    }

    /// A state directory but its socket, which cannot be copied.
    static func copy(_ directory: String, to target: String) throws {
        try FileManager.default.createDirectory(
            atPath: target, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in try FileManager.default.contentsOfDirectory(atPath: directory)
        where name != "admin.sock" && name != "log" {
            try FileManager.default.copyItem(atPath: directory + "/" + name, toPath: target + "/" + name)
        }
    }
}
