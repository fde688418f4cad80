import FaultDisk
import FieldpostCore
import Foundation
import GRDB

extension World {
    /// While the node is down, flips bits of one entry: of its bytes, its hash or its chain value.
    func corruption(_ node: SimulatedNode) {
        die(node, "its card becomes corrupt", for: draw(500...3000)) {
            destroy(at: node) {
                node.disk.kill()
                if plan.photos == nil || chance(percent: 50) || !damagePhoto(at: node) { flip(at: node) }
            }
        }
    }

    /// Flips a bit of a file of the photos, or cuts it. False where there is none.
    private func damagePhoto(at node: SimulatedNode) -> Bool {
        let files = node.disk.fileNames.filter { $0.hasPrefix(FaultBlobDisk.root + "/") }
        guard let file = files.randomElement(using: &random), let size = node.disk.size(of: file), size > 0 else {
            return false
        }
        count("files of photos damaged")
        if chance(percent: 70) {
            node.disk.flipBit(file: file, bit: Int(draw(0...UInt64(8 * size - 1))))
        } else {
            node.disk.truncate(file: file, to: Int(draw(0...UInt64(size - 1))))
        }
        return true
    }

    private func flip(at node: SimulatedNode) {
        guard let queue = try? DatabaseQueue(path: node.disk.path("journal.sqlite")) else { return }
        defer { try? queue.close() }
        let pick = random.next()
        let column = ["bytes", "bytes", "bytes", "hash", "chain"][Int(random.next() % 5)]
        let bit = random.next()
        try? queue.write { db in
            guard try db.tableExists("entries") else { return }
            let places = try Int64.fetchAll(db, sql: "SELECT place FROM entries WHERE length(bytes) > 0 ORDER BY place")
            guard !places.isEmpty else { return }
            let place = places[Int(pick % UInt64(places.count))]
            let found = try Data.fetchOne(db, sql: "SELECT \(column) FROM entries WHERE place = ?", arguments: [place])
            guard let found, !found.isEmpty else { return }
            var bytes = [UInt8](found)
            let index = Int(bit % UInt64(bytes.count * 8))
            bytes[index / 8] ^= 1 << UInt8(index % 8)
            try db.execute(
                sql: "UPDATE entries SET \(column) = ? WHERE place = ?", arguments: [Data(bytes), place])
        }
    }
}
