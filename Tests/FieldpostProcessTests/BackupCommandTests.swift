import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostNode
import Foundation
import Glibc
import MediaSamples
import TestKit
import Testing

/// Backups of real nodes, and nodes that are restored from them.
@Suite(.serialized, .timeLimit(.minutes(20))) struct BackupCommandTests {
    private let place: TemporaryDirectory
    private var backup: String { place.path + "/backup" }
    private var key: String { place.path + "/backup.key" }

    init() throws { place = try TemporaryDirectory() }

    private func recipient() async throws -> String {
        let made = try await Program.run(["backup-key", key])
        #expect(made.status == 0)
        return String(decoding: made.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a command with `--json`, and returns its last line.
    private func run(_ arguments: [String]) async throws -> (status: Int32, JSONValue) {
        let result = try await Program.run(arguments + ["--json"])
        let last = String(decoding: result.output, as: UTF8.self).split(separator: "\n").last ?? ""
        return (result.status, (try? JSONDecoder().decode(JSONValue.self, from: Data(last.utf8))) ?? .null)
    }

    private func make(_ directory: String, to folder: String? = nil, _ more: [String] = []) async throws -> JSONValue {
        let made = try await run(["backup", folder ?? backup, "--state-directory", directory] + more)
        #expect(made.status == 0, "\(made)")
        return made.1
    }

    private func create(_ count: Int, seed: UInt64, at client: FieldpostClient) async throws -> [ReportID] {
        var ids: [ReportID] = []
        for report in ReportSource.generated(count: count, seed: seed).reports {
            _ = try await client.create(report)
            ids.append(report.id)
        }
        return ids
    }

    private func attachPhoto(_ seed: UInt8, to report: ReportID, at client: FieldpostClient) async throws -> Hash256 {
        let start = SampleJPEG.bytes(exif: SampleExif.full.tiff)
        let content = start + (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 251 &* 31 + Int(seed)) }
        let path = place.path + "/photo-\(seed).jpg"
        try Data(content).write(to: URL(filePath: path))
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        let hash = try await client.upload(file)
        _ = try await client.attach(hash, to: report, role: nil)
        return hash
    }

    private func move(_ directory: String) throws {
        try FileManager.default.moveItem(atPath: directory, toPath: directory + ".old")
    }

    /// What central holds of each origin: its last seq, and the chain value there.
    private func heads(_ fleet: Fleet) async throws -> [String: (seq: Double, chain: String)] {
        let folder = place.path + "/heads-\(UUID().uuidString.prefix(8))"
        let made = try await make(fleet.central.directory, to: folder)
        let text = try Data(contentsOf: URL(filePath: try #require(made["snapshot"]?.text) + "/manifest.json"))
        let manifest = try JSONDecoder().decode(JSONValue.self, from: text)
        let origins = try #require(manifest["backup"]?["heads"]?.list)
        return Dictionary(
            uniqueKeysWithValues: origins.map { origin in
                (
                    (origin["node"]?.text ?? "") + "/" + (origin["incarnation"]?.text ?? ""),
                    (origin["seq"]?.double ?? -1, origin["chain"]?.text ?? "")
                )
            })
    }

    // MARK: Restored nodes

    @Test func `A gateway restored from an old backup loses nothing that central held, and uses no dot twice`()
        async throws
    {
        let recipient = try await recipient()
        try await Program.withFleet { fleet in
            let (gateway, client) = (fleet.gateways[0], fleet.gatewayClients[0])
            var held = try await create(30, seed: 1, at: client)
            let photos = [try await attachPhoto(1, to: held[0], at: client)]
            _ = try await gateway.socket.addTerminal("P-7", channel: "terminal")
            // Reports come in while the backup is made.
            async let meanwhile = create(60, seed: 2, at: client)
            let made = try await make(gateway.directory, ["--recipient", recipient])
            held += try await meanwhile
            let snapshot = try #require(made["snapshot"]?.text)
            #expect(made["has_node_key"]?.boolean == true && made["photos"]?.double == 1)
            #expect(made["withheld"]?.double == 1)
            held += try await create(20, seed: 3, at: client)
            _ = try await fleet.converge(within: 120)
            let before = try await heads(fleet)
            await fleet.links[0].cut()
            let lost = try await create(3, seed: 4, at: client)

            gateway.kill()
            try move(gateway.directory)
            let restored = try await run(["restore", snapshot, "--to", gateway.directory, "--identity", key])
            #expect(restored.status == 0, "\(restored)")
            #expect(restored.1["withheld"]?.double == 0)
            #expect(restored.1["incarnation"] != restored.1["former_incarnation"])
            #expect(restored.1["digest"] == made["digest"])
            #expect(try FileManager.default.attributesOfItem(atPath: gateway.directory + "/node.key")[.posixPermissions]
                as? Int == 0o600)
            _ = try await gateway.start()
            try await fleet.links[0].heal()
            held += try await create(10, seed: 5, at: client)
            let agreements = try await fleet.converge(within: 120)
            #expect(agreements[0].reports == held.count && agreements[0].isEqual)
            for id in held {
                _ = try await client.report(id)
                _ = try await fleet.centralClient.report(id)
            }
            // Central never had these, and the disk is gone.
            for id in lost { await #expect(throws: ClientError.self) { _ = try await client.report(id) } }
            #expect(try await client.photo(photos[0]).count > 100_000)
            #expect(try await gateway.socket.accesses().value.access.map(\.name) == ["P-7"])

            // What central held of the former incarnation is as it was, and the rest is in new ones.
            let after = try await heads(fleet)
            let own = try await id(of: fleet.central)
            for (origin, head) in before where !origin.hasPrefix(own) {
                #expect(after[origin]?.seq == head.seq && after[origin]?.chain == head.chain, "\(origin)")
            }
            #expect(after.count > before.count)
            let incidents = try await gateway.socket.incidents().list.incidents
            #expect(incidents.contains { $0.account.contains("restored from a copy: it is the backup of") })
            #expect(try await fleet.central.socket.quarantine().list.total == 0)
        }
    }

    private func id(of node: NodeProcess) async throws -> String {
        try NodeKey.load(path: node.directory + "/node.key").node.description
    }

    @Test func `Central restored from an old backup gets back what its gateways hold, and keeps its accounts`()
        async throws
    {
        let recipient = try await recipient()
        try await Program.withFleet(grids: [["10014"], ["10018"]]) { fleet in
            let central = fleet.central
            var held: [ReportID] = []
            for (number, client) in zip(UInt64(0)..., fleet.gatewayClients) {
                held += try await create(15, seed: 10 + number, at: client)
            }
            _ = try await central.socket.setAccount("李敏", role: "dispatcher", password: "坂田 2026 correct horse")
            _ = try await central.socket.rotateSealing()
            _ = try await fleet.converge(within: 120)
            let made = try await make(central.directory, ["--recipient", recipient])
            let snapshot = try #require(made["snapshot"]?.text)
            for name in try FileManager.default.subpathsOfDirectory(atPath: snapshot) where name != "keys.sealed" {
                guard let bytes = FileManager.default.contents(atPath: snapshot + "/" + name) else { continue }
                #expect(bytes.range(of: Data("$scrypt$".utf8)) == nil, "\(name)")
                #expect(bytes.range(of: Data("PRIVATE KEY".utf8)) == nil, "\(name)")
            }
            // The time that is lost: reports of both gateways, and edits of central.
            for (number, client) in zip(UInt64(0)..., fleet.gatewayClients) {
                held += try await create(15, seed: 20 + number, at: client)
            }
            _ = try await fleet.converge(within: 120)
            let before = try await heads(fleet)

            central.kill()
            try move(central.directory)
            let refused = try Tool.fieldpost(["restore", snapshot, "--to", central.directory])
            #expect(refused.status == 78 && refused.output.contains("--identity"), "\(refused)")
            let restored = try await run(["restore", snapshot, "--to", central.directory, "--identity", key])
            #expect(restored.status == 0, "\(restored)")
            _ = try await central.start()
            for (number, client) in zip(UInt64(0)..., fleet.gatewayClients) {
                held += try await create(5, seed: 30 + number, at: client)
            }
            _ = try await fleet.converge(within: 120)
            for id in held { _ = try await fleet.centralClient.report(id) }
            #expect(try await central.socket.accesses().value.access.map(\.name) == ["李敏"])
            #expect(try await central.socket.sealing().value.keys.map(\.held) == [true])
            let own = try await id(of: central)
            let after = try await heads(fleet)
            for (origin, head) in before where !origin.hasPrefix(own) {
                #expect((after[origin]?.seq ?? 0) >= head.seq, "\(origin)")
            }
            #expect(Set(after.keys.filter { $0.hasPrefix(own) }).count > before.keys.filter { $0.hasPrefix(own) }.count)
        }
    }

    // MARK: The folder

    @Test func `Snapshots stand beside each other, share their photos, and the oldest go when asked`() async throws {
        let (gateway, client) = try await gateway()
        defer { gateway.kill() }
        let id = try await create(1, seed: 40, at: client)[0]
        _ = try await attachPhoto(2, to: id, at: client)
        let first = try await make(gateway.directory)
        #expect(first["photos_kept"]?.double == 0 && first["recipient"] == .null)
        _ = try await attachPhoto(3, to: id, at: client)
        let second = try await make(gateway.directory)
        #expect(second["photos_kept"]?.double == 1 && second["photos"]?.double == 2)
        let third = try await make(gateway.directory, ["--keep", "2"])
        #expect(third["removed_snapshots"]?.double == 1 && third["removed_photos"]?.double == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: backup).filter { $0.hasPrefix("000") }.sorted()
        #expect(names.map { $0.prefix(5) } == ["0002-", "0003-"])
        #expect(await gateway.stop())
        // The daemon need not run.
        let fourth = try await make(gateway.directory)
        #expect(fourth["digest"] == third["digest"] && fourth["photos_kept"]?.double == 2)
        #expect(try await run(["restore", backup, "--check"]).status == 0)

        // Another node's backups go elsewhere.
        let other = try Program.node("gateway", "other", in: place.path + "/other")
        _ = try await other.start()
        #expect(await other.stop())
        let refused = try Tool.fieldpost(["backup", backup, "--state-directory", other.directory])
        #expect(refused.status == 78 && refused.output.contains("Use another folder"), "\(refused)")
        #expect(try await run(["restore", backup, "--check"]).1["digest"] == third["digest"])
    }

    private func gateway() async throws -> (NodeProcess, FieldpostClient) {
        let node = try Program.node("gateway", "station-1", in: place.path + "/state")
        let status = try await node.start()
        return (node, try FieldpostClient(at: try #require(status.httpAddress)))
    }

    @Test func `A backup that is killed in the middle harms nothing, and the next one is whole`() async throws {
        let (gateway, client) = try await gateway()
        let id = try await create(5, seed: 50, at: client)[0]
        _ = try await attachPhoto(4, to: id, at: client)
        let first = try await make(gateway.directory)
        #expect(await gateway.stop())
        // A backup waits at a pipe with the name of a photo.
        let pipe = gateway.directory + "/blobs/ff/" + String(repeating: "f", count: 62)
        try FileManager.default.createDirectory(
            atPath: gateway.directory + "/blobs/ff", withIntermediateDirectories: true)
        #expect(mkfifo(pipe, 0o600) == 0)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["backup", backup, "--state-directory", gateway.directory]
        process.standardError = FileHandle.nullDevice
        try process.run()
        func parts() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: backup).filter { $0.hasSuffix(".part") }
        }
        #expect(
            try await waits {
                try parts().contains { FileManager.default.fileExists(atPath: "\(backup)/\($0)/photos.txt") }
            })
        let busy = try Tool.fieldpost(["backup", backup, "--state-directory", gateway.directory])
        #expect(busy.status == 69 && busy.output.contains("under way"), "\(busy)")
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try parts().count == 1)
        #expect(unlink(pipe) == 0)

        #expect(try await run(["restore", backup, "--check"]).1["snapshot"] == first["snapshot"])
        let next = try await make(gateway.directory)
        #expect(try parts().isEmpty && next["digest"] == first["digest"])
        #expect(try await run(["restore", backup, "--check"]).1["snapshot"] == next["snapshot"])
        _ = try await gateway.start()
        #expect(await gateway.stop())
    }

    @Test func `A full disk ends a backup with a reason, and leaves what was there`() async throws {
        guard geteuid() == 0, (try? Tool.run("unshare", ["-m", "true"])) != nil else {
            return FileHandle.standardError.write(Data("skipped: needs root, to mount a small disk\n".utf8))
        }
        let (gateway, client) = try await gateway()
        defer { gateway.kill() }
        _ = try await create(300, seed: 60, at: client)
        try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
        for size in ["64k", "200k", "400k"] {
            let script = """
                mount -t tmpfs -o size=\(size) small '\(backup)'
                set +e
                '\(Program.path)' backup '\(backup)' --state-directory '\(gateway.directory)'
                echo "status $?"
                ls '\(backup)'
                """
            let text = try Tool.run("unshare", ["-m", "bash", "-ec", "exec 2>&1; " + script])
            #expect(text.contains("status 74") && text.contains("is full. No backup was made."), "\(size): \(text)")
            #expect(!text.contains("0001-"), "\(size): \(text)")
        }
        _ = try await create(1, seed: 61, at: client)
    }

    // MARK: Refusals

    @Test func `What was changed, is missing or does not fit is refused, and nothing is harmed`() async throws {
        let recipient = try await recipient()
        let (gateway, client) = try await gateway()
        defer { gateway.kill() }
        let id = try await create(8, seed: 70, at: client)[0]
        let photo = try await attachPhoto(5, to: id, at: client)
        let token = try await gateway.socket.addTerminal("P-7", channel: "terminal").value.token
        let made = try await make(gateway.directory, ["--recipient", recipient])
        let snapshot = try #require(made["snapshot"]?.text)
        #expect(await gateway.stop())
        let target = place.path + "/restored"

        func isRefused(_ status: Int32, _ words: String, _ more: [String] = []) throws {
            let arguments = ["restore", snapshot, "--to", target] + (more.isEmpty ? ["--identity", key] : more)
            let refused = try Tool.fieldpost(arguments)
            #expect(refused.status == status && refused.output.contains(words), "\(words): \(refused)")
            #expect(!FileManager.default.fileExists(atPath: target + "/journal.sqlite"))
            #expect(!FileManager.default.fileExists(atPath: target + "/restore.part"))
        }
        func changed(_ path: String, _ change: (inout Data) -> Void, _ check: () throws -> Void) throws {
            let whole = try Data(contentsOf: URL(filePath: path))
            var bytes = whole
            change(&bytes)
            try bytes.write(to: URL(filePath: path))
            try check()
            try whole.write(to: URL(filePath: path))
        }

        try changed(snapshot + "/manifest.json", { $0[$0.count / 2] ^= 1 }) { try isRefused(65, "manifest.json") }
        try changed(snapshot + "/journal.sqlite", { $0[5_000] ^= 1 }) { try isRefused(65, "journal.sqlite") }
        try changed(snapshot + "/journal.sqlite", { $0.removeLast(1) }) { try isRefused(65, "journal.sqlite") }
        try changed(snapshot + "/keys.sealed", { $0[$0.count - 1] ^= 1 }) { try isRefused(65, "keys.sealed") }
        let file = "\(backup)/blobs/\(photo.hex.prefix(2))/\(photo.hex.dropFirst(2))"
        // The store has the same file under another name, so the backup gets its own.
        let content = try Data(contentsOf: URL(filePath: file))
        try FileManager.default.removeItem(atPath: file)
        try isRefused(65, "1 of 1 photos of the backup are missing or torn")
        #expect(try await run(["restore", backup, "--check"]).1["lost_photos"]?.double == 1)
        try content.write(to: URL(filePath: file))
        try changed(file, { $0[60_000] ^= 1 }) { try isRefused(65, photo.hex) }

        let other = try await Program.run(["backup-key", place.path + "/other.key"])
        #expect(other.status == 0)
        try isRefused(78, "another recipient", ["--identity", place.path + "/other.key"])
        try isRefused(78, "is no key of", ["--identity", snapshot + "/manifest.json"])
        _ = try NodeKey.create(path: place.path + "/stranger.key")
        try isRefused(78, "is that of node", ["--key", place.path + "/stranger.key"])
        #expect(try Tool.fieldpost(["restore", place.path, "--check"]).status == 74)
        #expect(try Tool.fieldpost(["backup", backup, "--recipient", recipient.dropLast() + "x"]).status == 64)

        // The wrong role: before a restore by the directory, after one by the journal itself.
        #expect(try await Program.run(["init", "central", "--directory", place.path + "/central"]).status == 0)
        let central = try Tool.fieldpost(
            ["restore", snapshot, "--to", place.path + "/central", "--identity", key])
        #expect(central.status == 78 && central.output.contains("is that of a central"), "\(central)")
        // All of that changed nothing in the backup.
        let restored = try await run(["restore", snapshot, "--to", target, "--identity", key])
        #expect(restored.status == 0 && restored.1["digest"] == made["digest"])
        let wrong = try Tool.fieldpost(["central", "--state-directory", target, "--http", "127.0.0.1:0"])
        #expect(wrong.status == 78 && wrong.output.contains("is the journal of a gateway"), "\(wrong)")
        let again = try Tool.fieldpost(["restore", snapshot, "--to", target, "--identity", key])
        #expect(again.status == 73 && again.output.contains("has a journal"), "\(again)")

        // With a key that was kept elsewhere, everything but the accounts is there.
        let plain = place.path + "/plain"
        let byKey = try await run(["restore", snapshot, "--to", plain, "--key", gateway.directory + "/node.key"])
        #expect(byKey.status == 0 && byKey.1["withheld"]?.double == 1, "\(byKey)")
        let node = try Daemon("gateway", directory: plain, arguments: ["--http", "127.0.0.1:0"])
        #expect(try await node.says(" ready "), "\(node.text)")
        // The name of the terminal is there, and its token is not.
        #expect(try await node.socket.accesses().value.access.map(\.name) == ["P-7"])
        let status = try await node.socket.status()
        #expect(status.journal.reports == 8)
        let terminal = try FieldpostClient(at: try #require(status.httpAddress), token: token)
        #expect(await Program.isRefused(401) { _ = try await terminal.reports() })
        node.send(SIGTERM)
        #expect(try await node.end() == 0)
    }
}
