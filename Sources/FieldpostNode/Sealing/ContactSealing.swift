import Crypto
package import FieldpostCore
import Foundation

/// Contact data is sealed by HPKE (RFC 9180, base mode): X25519 with HKDF-SHA256, HKDF-SHA256, ChaCha20-Poly1305. The
/// info says what it is for, and the additional data is the report's id. So it opens nowhere else.
private enum Suite {
    static let hpke = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
    static let info = Data("fieldpost contact 1".utf8)

    static func additional(_ report: ReportID) -> Data { Data(report.bytes) }
}

extension SealingKey {
    /// What only the holder of the private key opens. Each call gives other bytes. Nil if nothing can be sealed to the
    /// key.
    package func seal(_ contact: Contact, of report: ReportID) -> SealedContact? {
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
            var sender = try? HPKE.Sender(recipientKey: key, ciphersuite: Suite.hpke, info: Suite.info),
            let sealed = try? sender.seal(Data(contact.block), authenticating: Suite.additional(report))
        else { return nil }
        return SealedContact(keyID: id, bytes: Array(sender.encapsulatedKey) + Array(sealed))
    }
}

/// The private key of a sealing key, in central's state directory: 64 hexadecimal digits in a file of its own.
package struct SealingPrivateKey: Sendable {
    private let key: Curve25519.KeyAgreement.PrivateKey
    package let sealingKey: SealingKey

    private init(_ key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
        guard let known = SealingKey(publicKey: Array(key.publicKey.rawRepresentation)) else {
            preconditionFailure("a key of X25519 has 32 bytes")
        }
        sealingKey = known
    }

    /// Makes a new key and writes it, durable when this returns, readable only by its owner. Throws `.cannotCreate`.
    package static func create(in directory: String) throws(NodeKeyError) -> SealingPrivateKey {
        let made = SealingPrivateKey(Curve25519.KeyAgreement.PrivateKey())
        let text = Hex.encode(Array(made.key.rawRepresentation)) + "\n"
        try PrivateFile.write(Array(text.utf8), path: path(of: made.sealingKey.id, in: directory))
        return made
    }

    /// Reads the key with this id. Throws `.missing`, `.readableByOthers`, `.malformed`, `.unreadable`.
    package static func load(_ id: String, in directory: String) throws(NodeKeyError) -> SealingPrivateKey {
        let path = path(of: id, in: directory)
        let text = try NodeKey.read(path: path, isGuarded: false)
        guard text.hasSuffix("\n"), let bytes = Hex.decode(text.dropLast()),
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
        else { throw .malformed(path: path) }
        let found = SealingPrivateKey(key)
        guard found.sealingKey.id == id else { throw .malformed(path: path) }
        return found
    }

    /// The ids of the keys in a directory.
    package static func ids(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
            let id = String(name.dropFirst(prefix.count).dropLast(suffix.count))
            return Hex.decode(id)?.count == SealedContact.keyIDBytes ? id : nil
        }.sorted()
    }

    private static let prefix = "sealing-"
    private static let suffix = ".key"

    private static func path(of id: String, in directory: String) -> String {
        "\(directory)/\(prefix)\(id)\(suffix)"
    }

    /// Nil if it was sealed to another key, for another report, or changed since.
    package func open(_ sealed: SealedContact, of report: ReportID) -> Contact? {
        let encapsulated = sealed.bytes.prefix(SealedContact.encapsulatedBytes)
        let ciphertext = sealed.bytes.dropFirst(SealedContact.encapsulatedBytes)
        guard
            var recipient = try? HPKE.Recipient(
                privateKey: key, ciphersuite: Suite.hpke, info: Suite.info, encapsulatedKey: Data(encapsulated)),
            let block = try? recipient.open(Data(ciphertext), authenticating: Suite.additional(report))
        else { return nil }
        return Contact(block: Array(block))
    }
}

/// What central does about contact data.
package protocol ContactOpening: Sendable {
    /// Nil if the key is not here, or does not open it.
    func open(_ sealed: SealedContact, of report: ReportID) throws -> Contact?
}
