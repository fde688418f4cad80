import FieldpostCore
import FieldpostWire
import Foundation
import Testing

extension WireTests {
    @Suite struct DictionaryTests {
        private static let python = "/usr/bin/python3"

        @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python)))
        func `The dictionary is what its script builds`() throws {
            let output = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).bin")
            defer { try? FileManager.default.removeItem(at: output) }
            let build = Process()
            build.executableURL = URL(filePath: Self.python)
            build.arguments = [ProtocolFiles.folder.appending(path: "dictionary/build.py").path, output.path]
            try build.run()
            build.waitUntilExit()
            #expect(build.terminationStatus == 0)
            #expect(try Array(Data(contentsOf: output)) == Dictionaries.first)
        }

        @Test func `Protocol contains the dictionary and its sources`() throws {
            let folder = ProtocolFiles.folder.appending(path: "dictionary")
            #expect(try Array(Data(contentsOf: folder.appending(path: "dictionary-1.bin"))) == Dictionaries.first)
            for name in ["taxonomy.tsv", "stages.tsv"] {
                let used = ProtocolFiles.folder.appending(path: "../Sources/FieldpostCore/Resources/\(name)")
                #expect(try Data(contentsOf: folder.appending(path: name)) == Data(contentsOf: used), "\(name)")
            }
        }

        @Test func `A peer without a dictionary gets entries packed without one`() throws {
            let entries = (0..<20).map { _ in PackedEntry.bytes(EntryCodec().encode(Samples.created)) }
            for dictionaries in [[], [2], [2, 1]] as [[UInt32]] {
                let body = BatchCodec.compress(entries, for: dictionaries)
                #expect(body.codec == .deflate && body.dictionary == (dictionaries.contains(1) ? 1 : 0))
                #expect(try BatchCodec.expand(body) == entries)
            }
        }
    }
}
