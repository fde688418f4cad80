/// How to reach the reporter of a report. It exists in the clear only while a node seals it, and where central opens it
/// for somebody who may see it.
package struct Contact: Hashable, Sendable {
    package let name: String
    package let phone: String

    /// Nil if both are empty, or one is too long.
    package init?(name: String, phone: String) {
        guard name.utf8.count <= Limits.contactNameBytes, phone.utf8.count <= Limits.contactPhoneBytes,
            !name.isEmpty || !phone.isEmpty
        else { return nil }
        self.name = name
        self.phone = phone
    }

    /// What is sealed: always as long, so that its length tells nothing. Each text has its length in one byte before
    /// it, and zeros fill the rest.
    package var block: [UInt8] {
        var bytes: [UInt8] = []
        for text in [name, phone] {
            bytes.append(UInt8(text.utf8.count))
            bytes += text.utf8
        }
        return bytes + [UInt8](repeating: 0, count: Self.blockBytes - bytes.count)
    }

    /// Reads what `block` writes, or returns nil.
    package init?(block: [UInt8]) {
        guard block.count == Self.blockBytes else { return nil }
        var rest = block[...]
        var texts: [String] = []
        for _ in 0..<2 {
            guard let count = rest.popFirst(), rest.count >= Int(count),
                let text = String(validating: rest.prefix(Int(count)), as: UTF8.self)
            else { return nil }
            texts.append(text)
            rest = rest.dropFirst(Int(count))
        }
        guard rest.allSatisfy({ $0 == 0 }) else { return nil }
        self.init(name: texts[0], phone: texts[1])
    }

    package static let blockBytes = 2 + Limits.contactNameBytes + Limits.contactPhoneBytes
}

/// So that no log and no error text has it.
extension Contact: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(contact)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Central's public key for contact data (X25519). The private key is in central's state directory alone.
package struct SealingKey: Hashable, Sendable {
    package let publicKey: [UInt8]

    package static let byteCount = 32

    /// Nil unless it has 32 bytes.
    package init?(publicKey: [UInt8]) {
        guard publicKey.count == Self.byteCount else { return nil }
        self.publicKey = publicKey
    }

    /// By which sealed data names it: the first 8 bytes of its SHA-256, in hexadecimal digits.
    package var id: String { String(Hash256(hashing: publicKey).hex.prefix(2 * SealedContact.keyIDBytes)) }

    /// The text of the setting `sealing-key`, which has exactly one form.
    package var text: String { "sealing-key\t1\nx25519\t\(Hex.encode(publicKey))\n" }

    /// Throws a `TextDefect` that names the line.
    package init(text: [UInt8]) throws(TextDefect) {
        let lines = try StrictLines(text, limit: Limits.sealingKeyBytes).lines
        guard lines.count == 2, lines[0] == ["sealing-key", "1"] else {
            throw TextDefect(line: 1, "It must be “sealing-key”, a tab and “1”: another format is not known.")
        }
        guard lines[1].count == 2, lines[1][0] == "x25519", let bytes = Hex.decode(lines[1][1]),
            let key = SealingKey(publicKey: bytes), key.text.utf8.elementsEqual(text)
        else { throw TextDefect(line: 2, "It must be “x25519”, a tab and 64 hexadecimal digits.") }
        self = key
    }
}

/// Contact data as entries have it: what only the private key of a sealing key opens (PROTOCOL.md, 5.16).
package struct SealedContact: Hashable, Sendable {
    /// Of the sealing key.
    package let keyID: String
    /// The encapsulated key of HPKE, then the ciphertext with its tag.
    package let bytes: [UInt8]

    package static let keyIDBytes = 8
    package static let encapsulatedBytes = 32
    private static let tagBytes = 16
    package static let byteCount = encapsulatedBytes + Contact.blockBytes + tagBytes
    private static let format = "1"

    package init(keyID: String, bytes: [UInt8]) {
        self.keyID = keyID
        self.bytes = bytes
    }

    /// The value of the field `contact`: the format, the key's id and the bytes in hexadecimal digits, with dots
    /// between.
    package var text: String { "\(Self.format).\(keyID).\(Hex.encode(bytes))" }

    /// Reads what `text` writes, or returns nil.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == Self.format, let id = Hex.decode(parts[1]), id.count == Self.keyIDBytes,
            let bytes = Hex.decode(parts[2]), bytes.count == Self.byteCount
        else { return nil }
        self.init(keyID: Hex.encode(id), bytes: bytes)
        guard self.text == text else { return nil }
    }
}

extension [FieldName: Register] {
    /// The sealed contact data that stands, the one shown first. Nil for a value in a form that is not known.
    package var contacts: [SealedContact?] {
        (self[.contact]?.siblings ?? []).filter { $0.value != .cleared }.map { sibling in
            if case .text(let text) = sibling.value { SealedContact(text: text) } else { nil }
        }
    }

    /// Whether people must choose between values. Contact data that was sealed at two nodes always differs, and nobody
    /// has to choose.
    package var isConflict: Bool { contains { $0.key.mayConflict && $0.value.isConflict } }
}
