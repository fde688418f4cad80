import FieldpostCore
import FieldpostJournal
import FieldpostNode
import Foundation

/// What is secret in a backup: the node's key, central's sealing keys, its roster, its webhooks, and the entries that
/// tell of passwords. It is one file, sealed to whoever holds the private key of a recipient.
struct SealedKeys: Hashable, Sendable, Codable {
    static let fileName = "keys.sealed"
    static let nodeKeyName = "node.key"
    private static let webhooksName = "webhooks.json"
    private static let tag = "fieldpost keys 1\n"

    /// By their names in the state directory.
    var files: [String: Data]
    private var entries: [Line]

    private struct Line: Hashable, Sendable, Codable {
        let place: Int64
        let bytes: Data
    }

    var secrets: [CopiedSecret] { entries.map { CopiedSecret(place: $0.place, bytes: Array($0.bytes)) } }

    /// Reads the secret files of a node.
    init(stateDirectory: String, entries: [CopiedSecret]) throws(CommandFailure) {
        self.entries = entries.map { Line(place: $0.place, bytes: Data($0.bytes)) }
        files = [:]
        var names = [Self.nodeKeyName, "roster.json", Self.webhooksName]
        names += SealingPrivateKey.ids(in: stateDirectory).map { "sealing-\($0).key" }
        for name in names {
            let limit =
                switch name {
                case "roster.json": Limits.rosterBytes
                case Self.webhooksName: Limits.webhookFileBytes
                default: Limits.backupFileBytes
                }
            do throws(SmallFile.Failure) {
                files[name] = Data(try SmallFile.read("\(stateDirectory)/\(name)", limit: limit))
            } catch {
                guard error.code == ENOENT else {
                    throw CommandFailure(
                        .inputOutput,
                        "\(stateDirectory)/\(name) cannot be read (\(error.reason)). No backup was made. Run this as "
                            + "the daemon's user or as root.")
                }
            }
        }
        if files[Self.nodeKeyName] == nil,
            let credentials = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"],
            let key = try? SmallFile.read("\(credentials)/\(Self.nodeKeyName)", limit: Limits.backupFileBytes)
        {
            files[Self.nodeKeyName] = Data(key)
        }
    }

    /// The bytes of the file. `node`: whose keys they are.
    func sealed(to recipient: BackupRecipient, node: NodeID) throws -> [UInt8] {
        let plain = Array(try JSONEncoder().encode(self))
        guard plain.count <= Limits.sealedKeysBytes, let sealed = recipient.seal(plain, context: node.bytes) else {
            throw CommandFailure(
                .internalFault, "The keys cannot be sealed to \(recipient.id). No backup was made.")
        }
        return Array("\(Self.tag)\(recipient.text)\n".utf8) + sealed
    }

    /// Opens the file of a snapshot.
    static func read(
        in snapshot: String, with identity: BackupIdentity, node: NodeID
    ) throws(CommandFailure) -> SealedKeys {
        let path = "\(snapshot)/\(fileName)"
        let bytes: [UInt8]
        do throws(SmallFile.Failure) {
            bytes = try SmallFile.read(path, limit: 2 * Limits.sealedKeysBytes)
        } catch {
            throw CommandFailure(.inputOutput, "\(path) cannot be read (\(error.reason)). Nothing was changed.")
        }
        let header = Array("\(tag)\(identity.recipient.text)\n".utf8)
        guard bytes.starts(with: header) else {
            throw CommandFailure(
                .configuration,
                "The keys in \(snapshot) were sealed to another recipient than \(identity.recipient.id). Nothing was "
                    + "changed. Give the --identity whose recipient the manifest names.")
        }
        guard let plain = identity.open(Array(bytes.dropFirst(header.count)), context: node.bytes),
            let keys = try? JSONDecoder().decode(SealedKeys.self, from: Data(plain)),
            keys.files.keys.allSatisfy(isName)
        else {
            throw CommandFailure(
                .damagedData, "\(path) was changed or is damaged. Nothing was changed. Use another snapshot.")
        }
        return keys
    }

    /// Whether a file of this name is one that a backup seals. Another name could lead out of the directory.
    private static func isName(_ name: String) -> Bool {
        if [nodeKeyName, "roster.json", webhooksName].contains(name) { return true }
        guard name.hasPrefix("sealing-"), name.hasSuffix(".key") else { return false }
        return name.dropFirst(8).dropLast(4).allSatisfy(\.isHexDigit)
    }
}
