import FieldpostCore
import FieldpostNode
import Foundation

/// What a snapshot of a backup has: the last file that is written into it. A folder without one is no snapshot.
struct BackupManifest: Hashable, Sendable, Codable {
    static let fileName = "manifest.json"
    static let newestFormat = 1

    struct File: Hashable, Sendable, Codable {
        let name: String
        let bytes: Int64
        let sha256: String
    }

    struct Origin: Hashable, Sendable, Codable {
        let node: String
        let incarnation: String
        /// Entries 1…seq are held without a gap, and the chain value there.
        let seq: UInt64
        let chain: String
    }

    struct Photos: Hashable, Sendable, Codable {
        var count = 0
        var bytes: UInt64 = 0
        /// Photos that were corrupt in the node, and are not in the backup.
        var corrupt = 0
    }

    var format = Self.newestFormat
    /// The version of the program that made it.
    var program = Version.text
    var node: String
    var role: String
    var incarnation: String
    /// By the clock of the node's machine.
    var madeAt: String
    var entries: Int
    /// Entries that are corrupt in the node itself.
    var corrupt: Int
    /// Entries of which only the hash is in the plain part.
    var withheld: Int
    var reports: Int
    /// The digest of all reports, as `fieldpost digest` prints it.
    var digest: String
    var heads: [Origin]
    var photos: Photos
    /// All files of the snapshot but this one.
    var files: [File]
    /// To whom the keys are sealed. Nil: the keys are not in it.
    var recipient: String?

    /// The manifest as a file: with the SHA-256 of its content, so that a change is found.
    private struct Envelope: Codable {
        let backup: BackupManifest
        let sha256: String
    }

    private struct Outline: Decodable {
        struct Backup: Decodable { let format: Int }
        let backup: Backup
    }

    var text: [UInt8] {
        get throws {
            let envelope = Envelope(backup: self, sha256: try Self.hash(self))
            return try Self.encode(envelope, isPretty: true) + [UInt8(ascii: "\n")]
        }
    }

    /// Reads and checks the manifest of a snapshot.
    static func read(in snapshot: String) throws(CommandFailure) -> BackupManifest {
        let path = "\(snapshot)/\(fileName)"
        let bytes: [UInt8]
        do throws(SmallFile.Failure) {
            bytes = try SmallFile.read(path, limit: Limits.manifestBytes)
        } catch {
            throw CommandFailure(
                .inputOutput,
                "\(path) cannot be read (\(error.reason)), so \(snapshot) is no whole snapshot of a backup. "
                    + "Nothing was changed. Name a folder that `fieldpost backup` made, or a snapshot in it.")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        if let outline = try? decoder.decode(Outline.self, from: Data(bytes)), outline.backup.format > newestFormat {
            throw CommandFailure(
                .configuration,
                "A newer version of Fieldpost made \(snapshot). Nothing was changed. Use that version.")
        }
        guard let envelope = try? decoder.decode(Envelope.self, from: Data(bytes)),
            let hash = try? hash(envelope.backup), hash == envelope.sha256
        else {
            throw CommandFailure(
                .damagedData,
                "\(path) was changed or is damaged: it does not have its own hash. Nothing was changed. Use another "
                    + "snapshot.")
        }
        return envelope.backup
    }

    private static func hash(_ manifest: BackupManifest) throws -> String {
        Hash256(hashing: try encode(manifest, isPretty: false)).hex
    }

    private static func encode(_ value: some Encodable, isPretty: Bool) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return Array(try encoder.encode(value))
    }
}
