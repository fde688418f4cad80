import FieldpostClient
import FieldpostCore
import FieldpostNode
import Foundation
import MediaSamples
import NIOHTTP1
import TestKit

/// Photos that rigs send, and look for afterwards. A photo is promised when it was taken in and the change that names
/// it was acknowledged (`Write.Kind.photo`). Its name is its hash, so the ledger need not keep its bytes.
extension Rig {
    static let photoBytes = 300_000

    /// Uploads made-up photos at a node, and attaches each to the latest report.
    func attachPhotos(_ count: Int, at intake: Intake) async throws -> [Hash256] {
        var photos: [Hash256] = []
        let client = intake.client
        let start = SampleJPEG.bytes()
        var random = SystemRandomNumberGenerator()
        for number in 0..<count {
            let tail = (0..<Self.photoBytes - start.count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let path = directory + "/photo-\(number).jpg"
            try Data(start + tail).write(to: URL(filePath: path))
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            let photo = try await client.upload(file)
            try file.close()
            try FileManager.default.removeItem(atPath: path)
            guard let report = ledger.latestReport() else { continue }
            guard let key = IdempotencyKey("attach-\(report)-\(photo.hex)-")?.entry else { continue }
            ledger.sent(
                key,
                Write(kind: .photo, report: report, node: intake.name, author: "", text: photo.hex))
            _ = try await client.attach(photo, to: report, role: nil)
            ledger.acknowledged(key)
            photos.append(photo)
        }
        return photos
    }

    /// A photo that no other has: mostly small, and one in five of several hundred kilobytes, so that it crosses links
    /// in many chunks.
    static func photo(_ serial: Int) -> [UInt8] {
        let start = SampleJPEG.bytes()
        let count = serial % 5 == 0 ? Int.random(in: 150_000...600_000) : Int.random(in: 1_000...40_000)
        var random = SystemRandomNumberGenerator()
        return start + (start.count..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// Takes a photo in, in one request or by tus.
    func send(_ photo: [UInt8], to intake: Intake, byTus: Bool) async throws(ClientError) {
        let hash = Hash256(hashing: photo)
        guard byTus else {
            _ = try await intake.client.exchange.send(
                .PUT, "/v1/blobs/\(hash.hex)", body: photo, mediaType: "image/jpeg")
            return
        }
        let path = directory + "/\(hash.hex).jpg"
        do {
            try Data(photo).write(to: URL(filePath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            _ = try await intake.client.upload(file, tries: 1)
        } catch {
            throw error as? ClientError ?? .unreachable(address: path, reason: "\(error)")
        }
    }

    /// Whether a node gives a photo back. Bytes that have another hash are a fault.
    func holds(_ photo: Hash256, at intake: Intake) async -> Bool {
        guard let answer = try? await intake.client.exchange.send(.GET, "/v1/blobs/\(photo.hex)") else { return false }
        let found = Hash256(hashing: Array(answer.body))
        check(found == photo, "\(intake.name): gives \(found) as photo \(photo)")
        return found == photo
    }

    /// Asks a node for each photo of a page, which may still be on its way. What does not come in time is lost.
    func lookForPhotos(at intake: Intake, in page: Ledger.Page, within seconds: Double = 60) async throws {
        let all = page.photos
        var missing = Array(all.keys)
        _ = try await waits(seconds, pause: .milliseconds(100)) {
            missing = await self.missing(missing, at: intake)
            return missing.isEmpty
        }
        let lost = missing.map { "\(intake.name): photo \($0) of report \(all[$0].map { "\($0)" } ?? "none")" }
        measure {
            $0.lost += lost
            $0.photos += all.count
        }
    }

    /// Those of some photos that a node does not give.
    func missing(_ photos: [Hash256], at intake: Intake) async -> [Hash256] {
        let workers = 4
        return await withTaskGroup(of: [Hash256].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var missing: [Hash256] = []
                    for index in stride(from: worker, to: photos.count, by: workers)
                    where await !self.holds(photos[index], at: intake) {
                        missing.append(photos[index])
                    }
                    return missing
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }
}
