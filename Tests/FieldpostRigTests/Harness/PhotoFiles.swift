import FieldpostCore
import Foundation

/// The photos in a node's directory.
struct PhotoFiles {
    let directory: String

    /// `node`: its state directory.
    init(of node: String) { directory = node + "/blobs" }

    func path(_ photo: Hash256) -> String {
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
