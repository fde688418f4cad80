import FieldpostNode
import Foundation

/// Files with one line that holds a secret. A secret is never given on a command line.
enum SecretFile {
    /// The most bytes of such a file; secrets have at most a few hundred.
    private static let limit = 4096

    /// `path`: - means standard input. Throws `CommandFailure` with status 74.
    static func read(_ path: String, what: String) throws(CommandFailure) -> [UInt8] {
        if path == "-" {
            guard let data = try? FileHandle.standardInput.read(upToCount: limit) else {
                throw CommandFailure(.inputOutput, "The \(what) cannot be read from standard input.")
            }
            return Array(data)
        }
        do throws(SmallFile.Failure) {
            return try SmallFile.read(path, limit: limit, waits: true)
        } catch {
            throw CommandFailure(
                .inputOutput, "The \(what) file \(path) cannot be read (\(error.reason)). Nothing was changed.")
        }
    }
}
