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
    }
}
