import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import Glibc
import TestKit
import Testing

extension Rigs {
    /// The files of photos are damaged in all ways while their node is stopped: at a gateway, at central, at both.
    @Suite(.timeLimit(.minutes(30))) struct PhotoDamageRig {
        @Test func `A damaged photo is never shown: it comes back from another node, or is told`() async throws {
            try await Rig.run("damaged photos", least: 50, photos: 50) { rig in
                let template = try await Template.make(rig)
                for victims in [["gateway-1"], ["central"], ["gateway-1", "central"]] {
                    try await Self.damage(victims, template, rig)
                }
            }
        }

        private static func damage(_ victims: [String], _ template: Template, _ rig: Rig) async throws {
            rig.countTrial()
            let trial = try template.copy(rig)
            /// The nodes that hold each photo whole.
            var holders: [Hash256: Set<String>] = [:]
            let names = ["central", "gateway-1", "gateway-2"]
            let damages = Self.damages(of: template.page, takenInAt: names)
            for (photo, damage) in damages {
                for name in names {
                    let file = PhotoFiles(of: trial + "/" + name).path(photo)
                    guard FileManager.default.fileExists(atPath: file) else { continue }
                    let isVictim = victims.contains(name)
                    if isVictim { try damage.apply(to: file) }
                    if !isVictim || !damage.spoilsPhoto { holders[photo, default: []].insert(name) }
                }
            }
            let central = try rig.node("central", named: "central", in: trial + "/central")
            defer { central.kill() }
            var intakes = ["central": try await rig.start(central)]
            let address = try await central.socket.status().peerAddress ?? ""
            var nodes = [central]
            defer { for node in nodes { node.kill() } }
            for number in 1...template.gateways {
                let name = "gateway-\(number)"
                let node = try rig.node(
                    "gateway", named: name, in: trial + "/" + name, dials: [address], grids: Rig.grids(of: number))
                nodes.append(node)
                intakes[name] = try await rig.start(node)
            }
            for node in nodes {
                guard let intake = intakes[node.name] else { continue }
                let isVictim = victims.contains(node.name)
                let own = node.name == "central" ? template.page : template.page.acknowledged(by: node.name)
                let mine = Set(own.photos.keys)
                let gone = mine.filter { holders[$0, default: []].isEmpty }
                rig.check(!isVictim || gone.count < mine.count, "no photo of \(node.name) is left to come back")
                rig.check(await rig.missing(gone.sorted(), at: intake).count == gone.count, "gone photos are shown")
                try await rig.lookForPhotos(at: intake, in: own.withoutPhotos(gone))
                let told = gone.filter { damages[$0] != .missing }.count
                let isTold = try await waits(30) { try await node.socket.status().blobs.lost == told }
                let status = try await node.socket.status()
                rig.check(isTold, "\(victims): \(node.name) tells of \(status.blobs.lost) lost photos, not \(told)")
                rig.check(
                    status.alarms.contains { $0.contains("became corrupt here") } == (told > 0),
                    "\(victims): the alarms of \(node.name) are \(status.alarms)")
                rig.measure { $0.excused += isVictim ? gone.count : 0 }
            }
        }

        /// What happens to each photo. Those of each node get all damages in turn, so that each node keeps some photos
        /// that can come back.
        private static func damages(of page: Ledger.Page, takenInAt names: [String]) -> [Hash256: PhotoDamage] {
            var damages: [Hash256: PhotoDamage] = [:]
            for name in names {
                for (number, photo) in page.acknowledged(by: name).photos.keys.sorted().enumerated() {
                    damages[photo] = PhotoDamage.allCases[number % PhotoDamage.allCases.count]
                }
            }
            return damages
        }
    }
}

/// What can happen to the files of a photo.
private enum PhotoDamage: CaseIterable {
    // The first leaves the photo whole, so that a node with few photos has such a one.
    case hashesFlipped, flipped, cut, emptied, hashesMissing, overwritten, missing

    /// Whether the photo itself is damaged. Its hashes can be made again.
    var spoilsPhoto: Bool {
        switch self {
        case .flipped, .cut, .emptied, .overwritten, .missing: true
        case .hashesFlipped, .hashesMissing: false
        }
    }

    func apply(to file: String) throws {
        let hashes = file + ".chunks"
        switch self {
        case .flipped: try flip(file)
        case .cut: try cut(file, to: Int.random(in: 1..<size(of: file)))
        case .emptied: try cut(file, to: 0)
        case .overwritten:
            let handle = try FileHandle(forUpdating: URL(filePath: file))
            try handle.write(contentsOf: Data(count: min(size(of: file), 4096)))
            try handle.close()
        case .missing: try FileManager.default.removeItem(atPath: file)
        case .hashesFlipped: try flip(hashes)
        case .hashesMissing: try FileManager.default.removeItem(atPath: hashes)
        }
    }

    private func flip(_ file: String) throws {
        let byte = Int.random(in: 0..<size(of: file))
        try BitFlip(byte: byte, bit: .random(in: 0..<8), place: "a photo").apply(to: file)
    }

    private func cut(_ file: String, to bytes: Int) throws {
        guard truncate(file, bytes) == 0 else { throw Tool.Failure(description: "\(file) cannot be truncated") }
    }

    private func size(of file: String) -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? NSNumber)?.intValue ?? 0
    }
}
