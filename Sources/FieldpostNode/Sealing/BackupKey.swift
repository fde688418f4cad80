import Crypto
import FieldpostCore
import Foundation

/// The keys in a backup are sealed like contact data (HPKE, RFC 9180, base mode), to a key whose private half is on no
/// node. The info says what it is for.
private enum Suite {
    static let hpke = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
    static let info = Data("fieldpost backup 1".utf8)
    static let encapsulatedBytes = 32
}

/// To whom the keys in a backup are sealed: 72 hexadecimal digits, the last 8 of which guard against typing errors. A
/// wrong digit would make a backup that nobody opens.
package struct BackupRecipient: Hashable, Sendable {
    private let publicKey: [UInt8]

    fileprivate init(_ publicKey: [UInt8]) { self.publicKey = publicKey }

    /// Nil if the text is none, or has a wrong digit.
    package init?(text: some StringProtocol) {
        guard let bytes = Hex.decode(text), bytes.count == 36,
            Array(bytes.suffix(4)) == Self.check(Array(bytes.prefix(32)))
        else { return nil }
        publicKey = Array(bytes.prefix(32))
    }

    package var text: String { Hex.encode(publicKey + Self.check(publicKey)) }

    /// The first digits, by which people know it.
    package var id: String { String(text.prefix(16)) }

    private static func check(_ publicKey: [UInt8]) -> [UInt8] {
        Array(Hash256(hashing: Array("fieldpost backup 1".utf8) + publicKey).bytes.prefix(4))
    }

    /// What only the holder of the private key opens, and only with the same context. Nil if nothing can be sealed to
    /// this key.
    package func seal(_ bytes: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
            var sender = try? HPKE.Sender(recipientKey: key, ciphersuite: Suite.hpke, info: Suite.info),
            let sealed = try? sender.seal(Data(bytes), authenticating: Data(context))
        else { return nil }
        return Array(sender.encapsulatedKey) + Array(sealed)
    }
}

/// The private key that opens the keys in backups: 64 hexadecimal digits in a file that its owner keeps away from the
/// nodes.
package struct BackupIdentity: Sendable {
    private let key: Curve25519.KeyAgreement.PrivateKey

    package var recipient: BackupRecipient { BackupRecipient(Array(key.publicKey.rawRepresentation)) }

    /// Makes a new key and writes it, durable when this returns, readable only by its owner. Throws `.exists`,
    /// `.cannotCreate`.
    package static func create(path: String) throws(NodeKeyError) -> BackupIdentity {
        let identity = BackupIdentity(key: Curve25519.KeyAgreement.PrivateKey())
        let text = Hex.encode(Array(identity.key.rawRepresentation)) + "\n"
        try PrivateFile.write(Array(text.utf8), path: path)
        return identity
    }

    /// Reads the key. Throws `.missing`, `.readableByOthers`, `.malformed`, `.unreadable`.
    package static func load(path: String) throws(NodeKeyError) -> BackupIdentity {
        let text = try NodeKey.read(path: path, isGuarded: false)
        guard let bytes = Hex.decode(text.prefix { !$0.isWhitespace }),
            let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes)
        else { throw .malformed(path: path) }
        return BackupIdentity(key: key)
    }

    /// Nil if it was sealed to another key, in another context, or changed since.
    package func open(_ sealed: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard
            var recipient = try? HPKE.Recipient(
                privateKey: key, ciphersuite: Suite.hpke, info: Suite.info,
                encapsulatedKey: Data(sealed.prefix(Suite.encapsulatedBytes))),
            let bytes = try? recipient.open(
                Data(sealed.dropFirst(Suite.encapsulatedBytes)), authenticating: Data(context))
        else { return nil }
        return Array(bytes)
    }
}
