import FieldpostClient
import FieldpostCore
import FieldpostNode
import Foundation
import MediaSamples

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
}

/// The photos in a node's directory.
struct PhotoStore {
    let directory: String

    private func path(_ photo: Hash256) -> String {
        let hex = photo.hex
        return directory + "/" + hex.prefix(2) + "/" + hex.dropFirst(2)
    }

    /// Whether all are there, each with the hash that is its name.
    func holds(_ photos: [Hash256]) -> Bool {
        photos.allSatisfy { photo in
            FileManager.default.contents(atPath: path(photo)).map { Hash256(hashing: Array($0)) } == photo
        }
    }

    /// Bytes of whole photos and of those that are arriving.
    var bytes: Int {
        let files = FileManager.default.enumerator(atPath: directory)
        var sum = 0
        while let file = files?.nextObject() as? String {
            guard !file.hasSuffix(".chunks"), !file.hasSuffix(".upload"), file != "care" else { continue }
            let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + file)
            if attributes?[.type] as? FileAttributeType == .typeRegular { sum += attributes?[.size] as? Int ?? 0 }
        }
        return sum
    }
}
