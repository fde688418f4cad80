import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// Photos behind slow links that are cut while they are on their way.
struct PhotoDelivery: Sendable {
    let fleet: Fleet
    let tell: @Sendable (String) -> Void
    let patience: Int

    /// Bytes a second that a link carries before it is cut.
    private static let linkBytesPerSecond = 256 * 1024
    private static let size = (width: 480, height: 320)

    /// Makes photos, and attaches them to `reports` at their gateways while all links are cut. Cuts the links again
    /// when half of the bytes have gone up. In the end, central must give each photo back with the hash that is its
    /// name.
    func run(_ count: Int, reports: [(id: ReportID, gateway: Int)], in directory: String) async throws
        -> DemoSummary.Photos
    {
        for link in fleet.links { await link.cut() }
        var photos = DemoSummary.Photos()
        var bytesByGateway = Array(repeating: 0, count: fleet.gateways.count)
        var names: [Hash256] = []
        // Each gateway in turn.
        let groups = Dictionary(grouping: reports, by: \.gateway).values.map { $0 }
        for number in 0..<count {
            let group = groups[number % groups.count]
            let report = group[number / groups.count % group.count]
            let photo = NoisePhoto.jpeg(width: Self.size.width, height: Self.size.height, seed: UInt64(number) + 1)
            names.append(try await take(photo, for: report, in: directory))
            photos.taken += 1
            photos.bytes += UInt64(photo.count)
            bytesByGateway[report.gateway] += photo.count
        }
        tell(
            "\nAll links are cut, and \(count) photos (\(Quantity.bytes(photos.bytes))) are attached to reports at the "
                + "gateways.")
        let before = fleet.links.map(\.bytes.up)
        photos.cuts = try await cutHalfway(bytesByGateway)
        let here = try await blobsAfterCut()
        photos.heldAtCut = here.held
        photos.bytesAtCut = here.bytes + here.uploadedBytes
        tell(
            "  The links are slow, and cut again in the middle: \(photos.heldAtCut) photos and "
                + "\(Quantity.bytes(here.uploadedBytes)) of others are at central.")
        for link in fleet.links { try await link.heal() }
        try await arrive(names)
        photos.linkBytes = zip(fleet.links, before).reduce(0) { $0 + $1.0.bytes.up - $1.1 }
        for name in names where try await isWhole(name) { photos.atCentral += 1 }
        let crossed = String(format: "%.2f", Double(photos.linkBytes) / Double(max(photos.bytes, 1)))
        tell(
            "  healed; \(photos.atCentral) of \(count) photos are at central, each with its hash. With their "
                + "thumbnails and what the cuts lost, \(crossed) times their bytes went up.")
        return photos
    }

    private func take(
        _ photo: [UInt8], for report: (id: ReportID, gateway: Int), in directory: String
    ) async throws -> Hash256 {
        let path = directory + "/photo.jpg"
        try Data(photo).write(to: URL(filePath: path))
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        let client = fleet.gatewayClients[report.gateway]
        let name = try await client.upload(file)
        _ = try await persistently { () async throws(ClientError) in
            try await client.attach(name, to: report.id, role: .scene)
        }
        return name
    }

    /// Heals the links of gateways with photos, slowly, and cuts each when half of its photos' bytes have gone up.
    /// Returns how many were cut.
    private func cutHalfway(_ bytesByGateway: [Int]) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var cuts = 0
            for (link, bytes) in zip(fleet.links, bytesByGateway) where bytes > 0 {
                cuts += 1
                group.addTask {
                    let start = link.bytes.up
                    link.condition = LinkCondition(bytesPerSecond: Self.linkBytesPerSecond, delayMilliseconds: 5)
                    try await link.heal()
                    let deadline = ContinuousClock.now + .seconds(patience)
                    while link.bytes.up - start < UInt64(bytes / 2) {
                        guard ContinuousClock.now < deadline else { throw late }
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    await link.cut()
                    link.condition = LinkCondition()
                }
            }
            try await group.waitForAll()
            return cuts
        }
    }

    /// What central holds once its sessions have ended, and with them all writes of photos.
    private func blobsAfterCut() async throws -> BlobState {
        let deadline = ContinuousClock.now + .seconds(patience)
        while true {
            let status = try await fleet.central.socket.status()
            if status.peers.allSatisfy({ !$0.isConnected }) { return status.blobs }
            guard ContinuousClock.now < deadline else { throw late }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func arrive(_ names: [Hash256]) async throws {
        let deadline = ContinuousClock.now + .seconds(patience)
        while try await fleet.central.socket.status().blobs.held < Set(names).count {
            guard ContinuousClock.now < deadline else { throw late }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private var late: CommandFailure {
        CommandFailure(.incomplete, "The photos were not at central within \(patience) s.")
    }

    private func isWhole(_ name: Hash256) async throws -> Bool {
        let (bytes, _) = try await persistently { () async throws(ClientError) in
            try await fleet.centralClient.photo(name)
        }
        return Hash256(hashing: bytes) == name
    }
}
