import FieldpostCore
import Foundation
import Testing

@testable import FieldpostWire

extension WireTests {
    /// PROTOCOL.md agrees with the vectors and the program.
    @Suite struct TextTests {
        private static let text: String = {
            let file = ProtocolFiles.folder.appending(path: "PROTOCOL.md")
            return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        }()

        /// Without spaces and line ends.
        private static let joined = text.filter { !$0.isWhitespace }

        @Test func `Each file of vectors is described`() throws {
            let section = try #require(Self.text.range(of: "\n13.1 ")).lowerBound
            for name in try ProtocolFiles.names(in: "vectors") {
                #expect(Self.text[section...].contains("(vectors/\(name))"), "\(name)")
            }
        }

        @Test func `Each link leads to a file`() throws {
            for link in Self.text.matches(of: /\]\(([^)#]+)\)/) {
                let file = ProtocolFiles.folder.appending(path: String(link.1))
                #expect(FileManager.default.fileExists(atPath: file.path), "\(link.1)")
            }
        }

        @Test func `Each violation is in its table, and its receiver's action is in the next table`() {
            for code in Violation.Code.allCases {
                #expect(Self.text.contains("\n| \(code.rawValue) | \(code.name) | "), "\(code.name)")
            }
            for codes in ["0", "1 to 12, 15, 16", "13, 14", "17", "18", "19", "20"] {
                #expect(Self.text.contains("\n| \(codes) | "), "\(codes)")
            }
            #expect(Violation.Code.allCases.count == 20)
        }

        @Test func `The examples are those of the vectors`() throws {
            let entries: EntryVectors = try ProtocolFiles.read("vectors/entries.json")
            let report: ReportVector = try ProtocolFiles.read("vectors/report.json")
            for value in [entries.chain[0].chain, entries.entries[0].hash, entries.chain[1].chain, report.digest] {
                #expect(Self.joined.contains(value), "\(value)")
            }
            #expect(Self.text.contains("\(entries.entries[0].entry.count / 2) bytes"))
            // For the ping, each line explains its bytes. They come first, in pairs.
            let pairs = Self.text.split(separator: "\n").flatMap { line in
                line.split(separator: " ").prefix { $0.count == 2 && $0.allSatisfy(\.isHexDigit) }
            }.joined()
            #expect(pairs.contains(Hex.encode(MessageEncoder.encode(.ping(Ping(token: 1))))))
            // Of longer frames the text has the ends.
            let frames: FrameVectors = try ProtocolFiles.read("vectors/frames.json")
            let shown = ["batch", "feed-batch-proved", "hello", "heads", "pull", "receipt-proved", "feed-receipt"]
            for frame in frames.frames where shown.contains(frame.name) {
                for end in [frame.frame.prefix(8), frame.frame.suffix(8)] {
                    let isShown = pairs.contains(end)
                    #expect(isShown, "\(frame.name): \(end)")
                }
            }
            let credit = frames.frames.first { $0.name == "credit" }
            #expect(credit.map { Self.joined.contains($0.frame) } == true)
        }
    }
}
