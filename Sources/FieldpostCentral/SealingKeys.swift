import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import HTTPTypes

/// Central's sealing keys: a file for each in the state directory. The newest public key is the setting `sealing-key`,
/// which gateways get by their feeds. Old ones stay, for what was sealed to them.
struct SealingKeys: ContactOpening {
    let parts: NodeParts

    private var directory: String { parts.settings.stateDirectory }
    private var journal: any Store { parts.journal }

    /// Makes a new key, durable before anybody can seal to it.
    ///
    /// Throws `NodeKeyError`, `JournalError`.
    func rotate(author: String) async throws -> SealingList {
        guard SealingPrivateKey.ids(in: directory).count < Limits.sealingKeys else { throw Problem.tooManySealingKeys }
        let made = try SealingPrivateKey.create(in: directory).sealingKey
        let former = try await journal.setting(CentralSetting.sealingKey, of: journal.origin.node)
        guard let setting = CentralSetting(name: CentralSetting.sealingKey, text: made.text) else {
            preconditionFailure("the text of a key is no setting")
        }
        _ = try await journal.keep(setting, replacing: former?.id, author: author, stamp: parts.clock.stamp())
        return try await list()
    }

    func list() async throws -> SealingList {
        let setting = try await journal.setting(CentralSetting.sealingKey, of: journal.origin.node)
        let current = setting.flatMap { try? SealingKey(text: Array($0.setting.text.utf8)).id }
        let held = SealingPrivateKey.ids(in: directory)
        let missing = current.flatMap { held.contains($0) ? nil : $0 }
        return SealingList(
            keys: (held + [missing].compactMap(\.self)).sorted().map { id in
                SealingList.Element(id: id, current: id == current, held: id != missing)
            })
    }

    func open(_ sealed: SealedContact, of report: ReportID) throws -> Contact? {
        do throws(NodeKeyError) {
            return try SealingPrivateKey.load(sealed.keyID, in: directory).open(sealed, of: report)
        } catch .missing {
            return nil
        }
    }
}

extension SealingKeys {
    /// On the admin socket: `GET /v1/sealing` and `POST /v1/sealing/rotate`, both with `SealingList`.
    var routes: [Route] {
        [
            .admin(.get, "/v1/sealing") { _, _ in try await list() },
            .admin(.post, "/v1/sealing/rotate") { _, author in try await rotate(author: author) },
        ]
    }
}

extension Problem {
    fileprivate static var tooManySealingKeys: Problem {
        Problem(
            .tooManySettings,
            "Central keeps \(Limits.sealingKeys) sealing keys already. Nothing was changed. Move those aside that no "
                + "report needs any more.")
    }
}
