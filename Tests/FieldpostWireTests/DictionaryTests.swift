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

        /// Links, so that there is one copy of each. A checkout without symbolic links would embed the link's text.
        @Test(arguments: [
            ("Wire", "dictionary/dictionary-1.bin"), ("Core", "handling/catalogue.tsv"),
            ("Core", "handling/stages.tsv"), ("Core", "handling/timers.tsv"), ("Core", "handling/templates.tsv"),
        ])
        func `The program embeds the files that Protocol publishes`(room: String, path: String) throws {
            let published = ProtocolFiles.folder.appending(path: path)
            let resources = ProtocolFiles.folder.appending(path: "../Sources/Fieldpost\(room)/Resources")
            let embedded = resources.appending(path: published.lastPathComponent)
            #expect(embedded.resolvingSymlinksInPath().path == published.resolvingSymlinksInPath().path)
            #expect(try Data(contentsOf: embedded) == Data(contentsOf: published))
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
