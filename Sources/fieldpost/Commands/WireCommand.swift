import ArgumentParser
import FieldpostClient
import FieldpostCore
import FieldpostNode
import FieldpostWire
import Foundation

struct WireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wire", abstract: "Explains the bytes that nodes exchange.", discussion: ExitStatus.table,
        subcommands: [Explain.self])

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints each frame of one direction of a session: where it is, and what it says.",
            discussion: ExitStatus.table(
                below: """
                    It reads the bytes of one direction without TLS, from the preamble or from the start of any \
                    frame, as they are or as hexadecimal digits. What is malformed is named with the clause of \
                    PROTOCOL.md that it breaks, and the exit status is then 1. Texts of reports are only shown with \
                    --values; passwords, tokens and the bytes of photos never. Examples:

                      fieldpost wire explain capture.bin
                      echo 0000000a0b0000000801 92e37d65 | fieldpost wire explain -
                    """))

        @Argument(help: "The file with the bytes, or - for standard input.") var file: String
        @Flag(help: "Also print what people wrote.") var values = false
        @Flag(help: "Print one JSON object.") var json = false

        func run() throws {
            let bytes = try read()
            guard !bytes.isEmpty else {
                throw CommandFailure(
                    .inputOutput, "\(file) has no bytes. Give the bytes of one direction of a session.")
            }
            let explained = ExplainedStream(HexInput.bytes(bytes) ?? bytes, showsValues: values)
            TTY.write(json ? try WireText.object(explained).encoded().visibleJSON + "\n" : WireText.text(explained))
            guard explained.isSound else { throw ExitCode(ExitStatus.incomplete.rawValue) }
        }

        private func read() throws(CommandFailure) -> [UInt8] {
            do throws(SmallFile.Failure) {
                return try SmallFile.read(
                    file == "-" ? "/dev/stdin" : file, limit: Limits.explainedWireBytes, waits: true)
            } catch {
                let reason =
                    error.code == EFBIG
                    ? "it has more than \(Quantity.bytes(UInt64(Limits.explainedWireBytes))); cut it at a frame"
                    : error.reason
                throw CommandFailure(.inputOutput, "\(file) cannot be read: \(reason). Nothing was changed.")
            }
        }
    }
}

/// Bytes as people copy them out of other programs.
enum HexInput {
    /// The bytes of hexadecimal digits in pairs, with any blanks, colons or line breaks between them. Nil for anything
    /// else.
    static func bytes(_ text: [UInt8]) -> [UInt8]? {
        let digits = text.filter { ![0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":")].contains($0) }
        guard !digits.isEmpty else { return nil }
        return Hex.decode(String(decoding: digits, as: UTF8.self))
    }
}
