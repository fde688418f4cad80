import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import Glibc
import TestKit
import Testing

/// `fieldpost doctor` and `fieldpost wire explain`, as an operator runs them.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DoctorTests {
    /// What the doctor says of a node: the exit status, and by subject the grades and texts.
    private struct Report {
        let status: Int32
        let findings: [JSONValue]

        func grades(_ subject: String) -> [String] {
            findings.filter { $0["subject"]?.text == subject }.compactMap { $0["grade"]?.text }
        }

        func says(_ subject: String, _ grade: String, _ words: String) -> Bool {
            findings.contains { finding in
                finding["subject"]?.text == subject && finding["grade"]?.text == grade
                    && finding["text"]?.text?.contains(words) == true
                    && (grade == "ok") == (finding["mend"]?.text == nil)
            }
        }
    }

    private func doctor(_ role: String, _ arguments: [String]) async throws -> Report {
        let (status, output) = try await Program.run(["doctor", role, "--json"] + arguments)
        let object = try JSONDecoder().decode(JSONValue.self, from: output)
        return Report(status: status, findings: object["findings"]?.list ?? [])
    }

    /// Names, sizes and contents of what must not change. SQLite's shared memory has locks of readers.
    private func files(_ directory: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) where !name.hasSuffix("-shm") {
            files[name] = (try? Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))) ?? Data()
        }
        return files
    }

    @Test func `A running fleet is examined from both sides, and nothing of it is changed`() async throws {
        try await Program.withFleet { fleet in
            for case .report(let report) in ReportSource.generated(count: 1, seed: 3) {
                _ = try await fleet.gatewayClients[0].create(report)
            }
            #expect(try await waits { try await fleet.central.socket.status().journal.reports == 1 })
            let gateway = fleet.gateways[0]
            let address = try #require(try await fleet.central.socket.status().peerAddress)
            let flags = ["--state-directory", gateway.directory, "--dial", address, "--grids", "10014"]
            let asked = try await doctor("gateway", flags)
            #expect(asked.says("configuration", "ok", "valid"), "\(asked)")
            #expect(asked.says("daemon", "ok", "it runs") && asked.says("journal", "ok", "1 report"), "\(asked)")
            #expect(asked.says("central", "ok", "TLS"), "\(asked)")
            #expect(asked.says("listener", "ok", "http ") && asked.says("versions", "ok", "SQLite 3."), "\(asked)")
            #expect(asked.says("key", "ok", "NodeID") && asked.says("enrollment", "ok", "central"), "\(asked)")
            #expect(asked.says("socket", "ok", "admin.sock") && asked.grades("sync").count == 1, "\(asked)")
            #expect(asked.grades("directory") == ["ok"], "\(asked)")
            // The session that stands was not replaced.
            let central = try await fleet.central.socket.status()
            #expect(central.peers.first?.isConnected == true)
            let other = try await doctor(
                "central", ["--state-directory", fleet.central.directory, "--listen", address])
            #expect(other.says("listener", "ok", "listen ") && other.says("daemon", "ok", "it runs"), "\(other)")

            #expect(await gateway.stop())
            #expect(await fleet.central.stop())
            let before = try files(gateway.directory)
            let down = try await doctor("gateway", flags)
            #expect(down.status == 3 && down.says("central", "fault", "does not answer"), "\(down)")
            #expect(down.says("daemon", "warning", "no node answers") && down.says("journal", "ok", "1 report"))
            #expect(try files(gateway.directory) == before)
        }
    }

    @Test func `Each planted fault is found and has its mend`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let directory = "\(place.path)/node"
        let missing = try await doctor("gateway", ["--state-directory", directory])
        #expect(missing.status == 3 && missing.says("directory", "fault", "No such file"), "\(missing)")

        #expect(try await Program.run(["init", "gateway", "--state-directory", directory]).status == 0)
        let new = try await doctor("gateway", ["--state-directory", directory, "--dial", "127.0.0.1:1"])
        #expect(new.says("enrollment", "fault", "not enrolled"), "\(new)")
        #expect(new.says("central", "fault", "127.0.0.1:1 does not answer"), "\(new)")

        chmod("\(directory)/node.key", 0o644)
        chmod(directory, 0o755)
        try CertificateFiles(in: place.path).make("http", subject: "elsewhere", days: 5)
        chmod("\(place.path)/http.key", 0o644)
        let open = try await doctor(
            "gateway",
            [
                "--state-directory", directory, "--http-certificate", "\(place.path)/http.crt", "--http-key",
                "\(place.path)/http.key", "--public-url", "https://nk.example.cn/",
            ])
        #expect(open.status == 3)
        #expect(open.says("directory", "fault", "open to others (mode 755)"), "\(open)")
        #expect(open.says("directory", "fault", "node.key is open"), "\(open)")
        #expect(open.grades("key") == ["fault"])
        #expect(open.says("certificate", "warning", "expires on"), "\(open)")
        #expect(open.says("certificate", "fault", "is open to everybody (mode 644)"), "\(open)")
        #expect(open.says("certificate", "fault", "public_url names nk.example.cn"), "\(open)")

        let wrong = try await doctor("gateway", ["--http", "nowhere"])
        #expect(wrong.status == 3 && wrong.grades("configuration") == ["fault"], "\(wrong)")

        chmod("\(directory)/node.key", 0o600)
        chmod(directory, 0o700)
        try Data(count: 5000).write(to: URL(fileURLWithPath: "\(directory)/journal.sqlite"))
        let damaged = try await doctor("gateway", ["--state-directory", directory])
        #expect(damaged.says("journal", "fault", "damaged"), "\(damaged)")
        let (_, text) = try await Program.run(["doctor", "gateway", "--state-directory", directory])
        #expect(String(decoding: text, as: UTF8.self).contains("-> stop the node, and run `fieldpost repair --check`"))
    }

    @Test func `A memory file system is named as one that loses everything`() async throws {
        let directory = "/dev/shm/fieldpost-doctor-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(try await Program.run(["init", "central", "--state-directory", directory]).status == 0)
        let before = try files(directory)
        let report = try await doctor("central", ["--state-directory", directory])
        #expect(report.says("sync", "fault", "tmpfs"), "\(report)")
        #expect(try files(directory) == before)
    }

    @Test func `The bytes of a session are explained, from a file and from digits`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let ping = "0000000a0b000000080192e37d65"
        let digits = try place.file("ping.hex", "46 4c 44 50 53 54 00 01\n\(ping)\n")
        let (status, output) = try await Program.run(["wire", "explain", digits])
        let text = String(decoding: output, as: UTF8.self)
        #expect(status == 0 && text.contains("0  preamble  version 1\n8  ping  14 bytes\n    token: 1\n"), "\(text)")
        let bad = try place.file("bad.hex", "46 4c 44 50 53 54 00 01 \(ping.dropLast()) 4")
        let (code, object) = try await Program.run(["wire", "explain", bad, "--json"])
        let json = try JSONDecoder().decode(JSONValue.self, from: object)
        #expect(code == 1 && json["frames"]?.list?.first?["fault"]?["clause"]?.text == "3.2", "\(json)")
        #expect(try await Program.run(["wire", "explain", "\(place.path)/none"]).status == 74)
    }
}
