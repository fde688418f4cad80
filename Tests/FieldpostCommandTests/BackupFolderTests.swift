import FieldpostCore
import FieldpostNode
import Foundation
import TestKit
import Testing

@testable import fieldpost

/// The folder of backups: its snapshots, its manifests, and what is removed.
struct BackupFolderTests {
    private let place: TemporaryDirectory
    private var path: String { place.path + "/backup" }

    init() throws { place = try TemporaryDirectory() }

    private static func manifest(_ node: String = "ab", at: String = "2026-11-30T19:25:00Z") -> BackupManifest {
        BackupManifest(
            node: node, role: "gateway", incarnation: "c0de", madeAt: at, entries: 12, corrupt: 0,
            withheld: 2, reports: 7, digest: "beef",
            heads: [.init(node: node, incarnation: "c0de", seq: .max, chain: "00")],
            photos: .init(count: 2, bytes: 500_000, corrupt: 0),
            files: [.init(name: "journal.sqlite", bytes: 4096, sha256: "aa")], recipient: "f00d")
    }

    /// A whole snapshot that names some of the photos 0, 1, 2 …
    private func add(_ folder: BackupFolder, photos: [Int], isWhole: Bool = true) throws {
        let snapshot = path + "/" + folder.nextName(at: "2026-11-30T19:25:00Z")
        try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
        let hashes = photos.map { Hash256(hashing: [UInt8($0)]) }.sorted { $0.hex < $1.hex }
        let lines = hashes.flatMap { PhotoList.Element(hash: $0, bytes: 1).line }
        try Data(lines).write(to: URL(fileURLWithPath: "\(snapshot)/\(PhotoList.fileName)"))
        for hash in hashes {
            let directory = "\(path)/blobs/\(hash.hex.prefix(2))"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data([0]).write(to: URL(fileURLWithPath: "\(directory)/\(hash.hex.dropFirst(2))"))
        }
        guard isWhole else { return }
        try Data(try Self.manifest().text).write(to: URL(fileURLWithPath: snapshot + "/manifest.json"))
    }

    private func held(_ photos: Range<Int>) -> [Int] {
        photos.filter { number in
            let hex = Hash256(hashing: [UInt8(number)]).hex
            return FileManager.default.fileExists(atPath: "\(path)/blobs/\(hex.prefix(2))/\(hex.dropFirst(2))")
        }
    }

    @Test func `A manifest reads back as it was written, and any change of it is found`() throws {
        let manifest = Self.manifest()
        let file = place.path + "/manifest.json"
        let text = try manifest.text
        try Data(text).write(to: URL(fileURLWithPath: file))
        #expect(try BackupManifest.read(in: place.path) == manifest)
        for (old, new) in [("\"entries\" : 12", "\"entries\" : 13"), ("gateway", "central"), ("f00d", "f00e")] {
            let changed = String(decoding: text, as: UTF8.self).replacing(old, with: new)
            #expect(changed != String(decoding: text, as: UTF8.self))
            try Data(changed.utf8).write(to: URL(fileURLWithPath: file))
            let failure = #expect(throws: CommandFailure.self) { _ = try BackupManifest.read(in: place.path) }
            #expect(failure?.status == .damagedData)
        }
        let newer = String(decoding: text, as: UTF8.self).replacing("\"format\" : 1", with: "\"format\" : 2")
        try Data(newer.utf8).write(to: URL(fileURLWithPath: file))
        let failure = #expect(throws: CommandFailure.self) { _ = try BackupManifest.read(in: place.path) }
        #expect(failure?.description.contains("newer version") == true)
    }

    @Test func `Numbers give the order of snapshots, and only one backup at a time uses a folder`() throws {
        var folder: BackupFolder? = try BackupFolder(path)
        #expect(folder?.nextName(at: "2026-11-30T19:25:00Z") == "0001-20261130T192500Z")
        for number in 1...3 { try add(try #require(folder), photos: [number]) }
        // A clock that is years behind changes nothing.
        #expect(folder?.nextName(at: "2001-01-01T00:00:00Z") == "0004-20010101T000000Z")
        let failure = #expect(throws: CommandFailure.self) { _ = try BackupFolder(path) }
        #expect(failure?.status == .unavailable)
        folder = nil
        #expect(try BackupFolder(path).snapshots.map(\.number) == [1, 2, 3])
        #expect(try Restore.snapshot(at: path).hasSuffix("/0003-20261130T192500Z"))
    }

    @Test func `Of snapshots from before and after a restore, none is taken for the newest`() throws {
        let folder = try BackupFolder(path)
        for _ in 0..<3 { try add(folder, photos: []) }
        // The numbers began again beside those of before.
        let later = path + "/0001-20261201T192500Z"
        try FileManager.default.createDirectory(atPath: later, withIntermediateDirectories: true)
        try Data(try Self.manifest(at: "2026-12-01T19:25:00Z").text)
            .write(to: URL(fileURLWithPath: later + "/manifest.json"))
        #expect(throws: CommandFailure.self) { _ = try Restore.snapshot(at: path) }
        #expect(try Restore.snapshot(at: later) == later)
    }

    @Test func `The oldest whole snapshots go, with the photos that only they named`() throws {
        let folder = try BackupFolder(path)
        for photos in [[0, 1], [1, 2], [2, 3]] { try add(folder, photos: photos) }
        #expect(try folder.keep(3) == (0, 0))
        #expect(held(0..<4) == [0, 1, 2, 3])
        let removed = try folder.keep(2)
        #expect(removed.snapshots == 1 && removed.photos == 1)
        #expect(held(0..<4) == [1, 2, 3] && folder.snapshots.map(\.number) == [2, 3])
        _ = try folder.keep(1)
        #expect(held(0..<4) == [2, 3])
    }

    @Test func `Nothing that is not whole counts, and a list that cannot be read saves all photos`() throws {
        let folder = try BackupFolder(path)
        for photos in [[0], [1], [2]] { try add(folder, photos: photos) }
        try add(folder, photos: [3], isWhole: false)
        #expect(folder.snapshots.map(\.number) == [1, 2, 3])
        _ = try folder.keep(2)
        #expect(held(0..<4) == [1, 2, 3])
        try Data("what is this\n".utf8).write(
            to: URL(fileURLWithPath: "\(path)/0003-20261130T192500Z/\(PhotoList.fileName)"))
        #expect(try folder.keep(1) == (1, 0))
        #expect(held(0..<4) == [1, 2, 3])
    }

    @Test func `What a killed backup left is removed, and a snapshot never`() throws {
        let folder = try BackupFolder(path)
        try add(folder, photos: [0])
        let left = path + "/0002-20261130T192500Z.part"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        try Data(count: 100).write(to: URL(fileURLWithPath: left + "/journal.sqlite"))
        try folder.removeLeftovers()
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(folder.snapshots.count == 1)
    }

    @Test func `A list of photos is read line by line, and ends at a line that is none`() throws {
        let hashes = (0..<2_000).map { Hash256(hashing: Array("\($0)".utf8)) }.sorted { $0.hex < $1.hex }
        let lines = hashes.map { String(decoding: PhotoList.Element(hash: $0, bytes: 77).line, as: UTF8.self) }
        func read(_ text: String) throws -> (count: Int, isSound: Bool) {
            var reader = try #require(PhotoList.Reader(try place.file("list", text)))
            var count = 0
            while let element = reader.next() {
                #expect(element == PhotoList.Element(hash: hashes[count], bytes: 77))
                count += 1
            }
            return (count, reader.isSound)
        }
        #expect(try read("") == (0, true))
        #expect(try read(lines.joined()) == (2_000, true))
        #expect(try read(lines.joined() + "x") == (2_000, false))
        #expect(try read(lines[0] + lines[0]) == (1, false))
        #expect(try read(lines[0] + String(repeating: "a", count: 1_000_000)) == (1, false))
        #expect(try read(lines[0] + "../../etc/passwd 1\n") == (1, false))
    }

    @Test func `A recipient with a wrong digit is none, and only its key opens, in its context`() throws {
        let identity = try BackupIdentity.create(path: place.path + "/backup.key")
        #expect(try place.mode(of: "backup.key") == 0o600)
        let text = identity.recipient.text
        #expect(text.count == 72 && BackupRecipient(text: text) == identity.recipient)
        for place in [0, 31, 64, 71] {
            var digits = Array(text)
            digits[place] = digits[place] == "0" ? "1" : "0"
            #expect(BackupRecipient(text: String(digits)) == nil)
        }
        #expect(BackupRecipient(text: text.dropLast(2)) == nil)
        let secret = Array("秘密".utf8)
        let sealed = try #require(identity.recipient.seal(secret, context: [1]))
        let again = try BackupIdentity.load(path: place.path + "/backup.key")
        #expect(again.open(sealed, context: [1]) == secret)
        #expect(again.open(sealed, context: [2]) == nil)
        #expect(again.open([], context: [1]) == nil && again.open(Array(sealed.dropLast()), context: [1]) == nil)
        let other = try BackupIdentity.create(path: place.path + "/other.key")
        #expect(other.open(sealed, context: [1]) == nil)
    }
}
