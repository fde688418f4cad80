import FieldpostCore
import Foundation

/// The list of a snapshot's photos and clips: a line for each, with its hash and its length, in the order of hashes.
enum PhotoList {
    static let fileName = "photos.txt"

    struct Element: Hashable, Sendable {
        let hash: Hash256
        let bytes: UInt64

        init(hash: Hash256, bytes: UInt64) { (self.hash, self.bytes) = (hash, bytes) }

        /// Nil if the line is not one of such a list.
        init?(line: some StringProtocol) {
            let words = line.split(separator: " ")
            guard words.count == 2, let hash = Hash256(hex: words[0]), let bytes = UInt64(words[1]) else { return nil }
            self.init(hash: hash, bytes: bytes)
        }

        var line: [UInt8] { Array("\(hash.hex) \(bytes)\n".utf8) }
    }

    /// Reads a list piece by piece.
    struct Reader {
        private let file: FileHandle
        private var buffer = Data()
        private var isAtEnd = false
        private var last: Hash256?
        /// Whether all lines so far were those of a list, in order.
        private(set) var isSound = true

        private static let pieceBytes = 64 * 1024

        init?(_ path: String) {
            guard let file = FileHandle(forReadingAtPath: path) else { return nil }
            self.file = file
        }

        /// The next photo. Nil at the end, and after a line that is none.
        mutating func next() -> Element? {
            while isSound {
                if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                    let element = Element(line: String(decoding: buffer[buffer.startIndex..<end], as: UTF8.self))
                    buffer = buffer[(end + 1)...]
                    guard let element, last.map({ $0 < element.hash }) ?? true else {
                        isSound = false
                        return nil
                    }
                    last = element.hash
                    return element
                }
                guard buffer.count <= Limits.blobLineBytes, !isAtEnd else {
                    isSound = buffer.isEmpty
                    return nil
                }
                do {
                    let piece = try file.read(upToCount: Self.pieceBytes)
                    isAtEnd = piece?.isEmpty ?? true
                    buffer = Data(buffer) + (piece ?? Data())
                } catch {
                    // What cannot be read is no end.
                    isSound = false
                    return nil
                }
            }
            return nil
        }
    }
}
