import FieldpostCore
import FieldpostNode
import FieldpostSync
import Foundation
import Glibc

/// The file beside the journal that keeps what links carried, as JSON. It is replaced as a whole.
package struct LinkFile: Sendable {
    package struct Failure: Error, Hashable, Sendable {
        package let reason: String
    }

    package let path: String

    package init(stateDirectory: String) { path = stateDirectory + "/links.json" }

    /// Nil if there is no file yet. Throws `Failure` if it cannot be read or is damaged.
    func read() throws(Failure) -> LinkRecord? {
        let bytes: [UInt8]
        do throws(SmallFile.Failure) {
            bytes = try SmallFile.read(path, limit: Limits.linkFileBytes)
        } catch {
            if error.code == ENOENT { return nil }
            throw Failure(reason: error.reason)
        }
        guard let record = try? JSONDecoder().decode(LinkRecord.self, from: Data(bytes)), record.isValid else {
            throw Failure(reason: "\(path) is damaged")
        }
        return record
    }

    /// It is durable when this returns. Throws `Failure`; the old file stays then.
    func write(_ record: LinkRecord) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(record) else { throw Failure(reason: "the counts cannot be encoded") }
        do throws(NodeKeyError) {
            try PrivateFile.write(Array(data), path: path, replaces: true)
        } catch {
            throw Failure(reason: "\(error)")
        }
    }
}

/// The zone of this machine.
enum ZoneOffset {
    /// Seconds by which the local time is ahead of UTC. `time`: seconds since 1970.
    static func seconds(at time: Int64) -> Int {
        var (seconds, parts) = (time_t(time), tm())
        guard localtime_r(&seconds, &parts) != nil else { return 0 }
        return parts.tm_gmtoff
    }
}
