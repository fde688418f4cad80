import FieldpostCore
import Foundation
import TestKit
import Testing

@testable import fieldpost

/// Files as editors of other systems write them.
struct ConfigurationTextTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ bytes: [UInt8]) throws -> ConfigurationFile {
        let path = "\(directory.path)/gateway.yaml"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try #require(try ConfigurationFile.read(path: path))
    }

    private func problems(_ bytes: [UInt8]) throws -> [ConfigurationError.Problem] {
        do {
            return try read(bytes).layer.problems
        } catch let error as ConfigurationError {
            return error.problems
        }
    }

    private static let text = "name: 东站\ngrids:\n  - \"10014\"\n"

    @Test(arguments: [
        "\u{FEFF}" + text, text.replacing("\n", with: "\r\n"), text.replacing("\n", with: "\r"),
        "\u{FEFF}---\r\n" + text, "\u{FEFF}# 注释\n" + text,
    ])
    func `A byte order mark and line ends of other systems change nothing`(text: String) throws {
        let layer = try read(Array(text.utf8)).layer
        #expect(layer.problems.isEmpty, "\(layer.problems)")
        #expect(layer.given["name"]?.texts == ["东站"] && layer.given["grids"]?.texts == ["10014"])
    }

    @Test func `Lines are counted alike with every line end`() throws {
        for end in ["\n", "\r\n", "\r"] {
            let problems = try problems(Array("\u{FEFF}name: a\(end)\(end)nonsense: 1\(end)".utf8))
            #expect(problems.map(\.place.description) == ["\(directory.path)/gateway.yaml:3"])
        }
    }

    @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian]) func `UTF-16 is recognized`(
        encoding: String.Encoding
    ) throws {
        let body = try #require(Self.text.data(using: encoding))
        let mark: [UInt8] = encoding == .utf16LittleEndian ? [0xFF, 0xFE] : [0xFE, 0xFF]
        for bytes in [mark + Array(body), Array(body)] {
            let problems = try problems(bytes)
            #expect(problems.count == 1 && problems[0].message.hasPrefix("is UTF-16, or not a text file."))
        }
    }

    @Test func `Bytes of an older encoding are reported with their line`() throws {
        // 东站 in GB 18030.
        let problems = try problems(Array("role: gateway\nname: ".utf8) + [0xB6, 0xAB, 0xD5, 0xBE, 0x0A])
        #expect(problems.map(\.place.description) == ["\(directory.path)/gateway.yaml:2"])
        #expect(problems[0].message.hasPrefix("is not UTF-8 text."))
    }

    @Test func `A tab as indentation is reported, and a harmless one is not`() throws {
        let problems = try problems(Array("name: a\ngrids:\n\t- \"10014\"\n".utf8))
        #expect(problems.map(\.place.description) == ["\(directory.path)/gateway.yaml:3"])
        #expect(problems[0].message == "the line is indented with a tab. YAML allows only spaces there.")
        #expect(try self.problems(Array("name:\ta\n".utf8)).isEmpty)
    }

    @Test func `Other line separators of Unicode are text in YAML`() throws {
        let layer = try read(Array("name: \"a\u{2028}b\"\nlink_class: lte\n".utf8)).layer
        let problems = ConfigurationJoin(role: .gateway, layers: [layer]).problems
        #expect(problems.map(\.message) == ["name: \"a\u{2028}b\" contains U+2028, an invisible character."])
    }
}
