import FieldpostCore
import FieldpostNode
import Foundation
import Testing

/// Contact data is sealed by a node, and opened by whoever has the private key.
@Suite struct SealingTests {
    private let directory = NSTemporaryDirectory() + "fieldpost-sealing-\(UUID().uuidString)"
    private let contact = Contact(name: "李阿姨", phone: "13800138000")
    private let report = ReportID(7)

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    @Test func `what is sealed opens with its key for its report, and with nothing else`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let contact = try #require(contact)
        let (key, other) = try (SealingPrivateKey.create(in: directory), SealingPrivateKey.create(in: directory))
        let sealed = try #require(key.sealingKey.seal(contact, of: report))
        #expect(sealed.keyID == key.sealingKey.id && sealed.bytes.count == SealedContact.byteCount)
        #expect(key.open(sealed, of: report) == contact)
        #expect(key.open(sealed, of: ReportID(8)) == nil, "it must not open for another report")
        #expect(other.open(sealed, of: report) == nil)
        for place in stride(from: 0, to: sealed.bytes.count, by: 7) {
            var bytes = sealed.bytes
            bytes[place] ^= 1
            #expect(key.open(SealedContact(keyID: sealed.keyID, bytes: bytes), of: report) == nil, "\(place)")
        }
        #expect(SealedContact(text: sealed.text) == sealed)
    }

    @Test func `two seals of one contact have nothing in common, and tell no length`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let key = try SealingPrivateKey.create(in: directory).sealingKey
        let (long, short) = (try #require(contact), try #require(Contact(name: "", phone: "1")))
        let seals = [long, long, short].compactMap { key.seal($0, of: report) }
        try #require(seals.count == 3)
        #expect(Set(seals.map(\.bytes)).count == 3 && Set(seals.map(\.bytes.count)).count == 1)
        let common = zip(seals[0].bytes, seals[1].bytes).count { $0 == $1 }
        #expect(common < 20, "\(common) bytes are equal")
    }

    @Test func `a key is a file of its own, which only its owner may read`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let key = try SealingPrivateKey.create(in: directory)
        let id = key.sealingKey.id
        let path = "\(directory)/sealing-\(id).key"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(SealingPrivateKey.ids(in: directory) == [id])
        #expect(try SealingPrivateKey.load(id, in: directory).sealingKey == key.sealingKey)
        #expect(throws: NodeKeyError.self) { try SealingPrivateKey.load("0011223344556677", in: directory) }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(throws: NodeKeyError.readableByOthers(path: path, mode: 0o640)) {
            try SealingPrivateKey.load(id, in: directory)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        // The file of another key under this name.
        let other = try SealingPrivateKey.create(in: directory).sealingKey.id
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: "\(directory)/sealing-\(other).key", toPath: path)
        #expect(throws: NodeKeyError.malformed(path: path)) { try SealingPrivateKey.load(id, in: directory) }
        try Data("zz\n".utf8).write(to: URL(filePath: path))
        #expect(throws: NodeKeyError.malformed(path: path)) { try SealingPrivateKey.load(id, in: directory) }
    }
}
