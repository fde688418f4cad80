import FieldpostFleet
import Foundation
import Glibc
import TestKit
import Testing

extension Rigs {
    /// Truncated, emptied, swapped, overwritten and missing files of a node that was stopped.
    @Suite(.timeLimit(.minutes(30))) struct DamagedFileRig {
        @Test func `A node with damaged files never starts empty, and is whole again after its repair`() async throws {
            let count = Rig.count(Damage.allCases.count, long: 60)
            try await Rig.run("damaged files", least: 200, photos: 200) { rig in
                let stopped = try await Template.make(rig)
                let killed = try await Template.make(rig, isKilled: true)
                for number in 0..<count {
                    let damage = Damage.allCases[number % Damage.allCases.count]
                    // Each damage meets both, one round after the other.
                    let isCentral = (number + number / Damage.allCases.count) % 2 == 1
                    let victim = isCentral ? "central" : "gateway-1"
                    try await Self.damage(damage, of: victim, damage.needsLog ? killed : stopped, rig)
                }
            }
        }

        private static func damage(
            _ damage: Damage, of victim: String, _ template: Template, _ rig: Rig
        ) async throws {
            let trial = try template.copy(rig)
            try damage.apply(to: trial + "/" + victim, other: trial + "/gateway-2")
            rig.countTrial()
            let central = try rig.node("central", named: "central", in: trial + "/central")
            defer { central.kill() }
            if central.name == victim { try await Self.sortOut(damage, at: central, from: template, rig) }
            guard let (centralIntake, address) = try await rig.startListener(central, after: damage.rawValue) else {
                return
            }
            var gateways: [Intake] = []
            var nodes: [NodeProcess] = []
            defer { for node in nodes { node.kill() } }
            for number in 1...template.gateways {
                let name = "gateway-\(number)"
                let node = try rig.node(
                    "gateway", named: name, in: trial + "/" + name, dials: [address], grids: Rig.grids(of: number))
                if name == victim { try await Self.sortOut(damage, at: node, from: template, rig) }
                guard let intake = try await rig.startOrRepair(node, after: damage.rawValue) else { return }
                gateways.append(intake)
                nodes.append(node)
            }
            try await rig.settle(nodes, with: central, after: "\(victim), \(damage.rawValue)")
            for intake in [centralIntake] + gateways { try await rig.admits(intake, after: damage.rawValue) }
            // What was in central's database alone may be gone with a part of it, and with nothing else.
            let mayLose = victim == "central" && damage.spoilsEntries
            let alone = mayLose ? try await rig.centralsAlone(template.page, gateways) : []
            let before = rig.measures.lost.count
            try await rig.look(at: centralIntake, for: template.page.without(alone))
            for intake in gateways { try await rig.look(at: intake, for: template.page.acknowledged(by: intake.name)) }
            let lost = rig.measures.lost.count - before
            rig.check(lost == 0, "\(victim), \(damage.rawValue): \(lost) of its acknowledged changes are gone")
            let gone = try await rig.look(at: centralIntake, for: template.page.only(alone), counting: false)
            rig.measure { $0.excused += gone.count }
            rig.check(
                gone.values.allSatisfy { $0 == Content.missing }, "\(victim), \(damage.rawValue): \(gone.values)")
        }

        /// Another node's database is no damage: it is refused, and goes back to where it belongs.
        private static func sortOut(
            _ damage: Damage, at node: NodeProcess, from template: Template, _ rig: Rig
        ) async throws {
            guard damage == .swapped else { return }
            do {
                try await node.start()
                node.kill()
                rig.fail("\(node.name) starts with another node's database")
            } catch {
                rig.check("\(error)".contains("belongs to node"), "\(node.name) does not say whose database it is")
            }
            try damage.undo(in: node.directory, from: template.path(of: node.name))
        }
    }
}

/// What can happen to the files of a state directory.
private enum Damage: String, CaseIterable {
    case truncatedToAPage = "database truncated to a page"
    case truncatedToHalf = "database truncated to half"
    case truncatedByOne = "database truncated by a byte"
    case empty = "database of no bytes"
    case swapped = "another node's database"
    case headerOverwritten = "database header overwritten"
    case pagesOverwritten = "pages overwritten with zeros"
    case missingWithLog = "database missing, its log left"
    case garbageLog = "log overwritten with garbage"
    case leaseMissing = "lease missing"
    case leaseGarbage = "lease overwritten with garbage"
    case leaseEmpty = "lease of no bytes"

    /// Whether the damage is about a log with something in it.
    var needsLog: Bool { self == .missingWithLog || self == .garbageLog }

    /// Whether entries may be in no file of the node's any more.
    var spoilsEntries: Bool {
        switch self {
        case .swapped, .headerOverwritten, .truncatedByOne, .leaseMissing, .leaseGarbage, .leaseEmpty: false
        case .truncatedToAPage, .truncatedToHalf, .empty, .pagesOverwritten, .missingWithLog, .garbageLog: true
        }
    }

    func apply(to directory: String, other: String) throws {
        let database = directory + "/journal.sqlite"
        let lease = directory + "/journal.lease"
        switch self {
        case .truncatedToAPage: try cut(database, to: 4096)
        case .truncatedToHalf: try cut(database, to: size(of: database) / 2)
        case .truncatedByOne: try cut(database, to: size(of: database) - 1)
        case .empty: try cut(database, to: 0)
        case .swapped:
            try FileManager.default.removeItem(atPath: database)
            try FileManager.default.copyItem(atPath: other + "/journal.sqlite", toPath: database)
        case .headerOverwritten: try overwrite(database, from: 0, count: 100) { .random(in: 0...255) }
        case .pagesOverwritten:
            let pages = size(of: database) / 4096
            try overwrite(database, from: 4096 * (pages / 3), count: 4096 * max(pages / 3, 1)) { 0 }
        case .missingWithLog: try FileManager.default.removeItem(atPath: database)
        case .garbageLog:
            let log = database + "-wal"
            try overwrite(log, from: 0, count: size(of: log)) { .random(in: 0...255) }
            try? FileManager.default.removeItem(atPath: database + "-shm")
        case .leaseMissing: try? FileManager.default.removeItem(atPath: lease)
        case .leaseGarbage: try? Data((0..<64).map { _ in UInt8.random(in: 0...255) }).write(to: URL(filePath: lease))
        case .leaseEmpty: try? Data().write(to: URL(filePath: lease))
        }
    }

    /// Puts the node's own database back.
    func undo(in directory: String, from template: String) throws {
        for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: directory + "/" + name)
        }
        try FileManager.default.copyItem(
            atPath: template + "/journal.sqlite", toPath: directory + "/journal.sqlite")
    }

    private func size(of file: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? NSNumber)?.intValue ?? 0
    }

    private func cut(_ file: String, to bytes: Int) throws {
        guard truncate(file, bytes) == 0 else { throw Tool.Failure(description: "\(file) cannot be truncated") }
    }

    private func overwrite(_ file: String, from start: Int, count: Int, with byte: () -> UInt8) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        try handle.seek(toOffset: UInt64(start))
        try handle.write(contentsOf: Data((0..<count).map { _ in byte() }))
        try handle.close()
    }
}
