import FieldpostNode
import Foundation

/// Files of one line that hold a secret, which never stands on a command line.
enum SecretFile {
    /// Of some hundred bytes at the most.
    private static let limit = 4096

    /// `path`: - for standard input. Throws `CommandFailure`, status 74.
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
