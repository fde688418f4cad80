import FieldpostAPI
import FieldpostClient
import Foundation
import Glibc
import TestKit
import Testing

/// Each file that a node reads is damaged. The node names it, and ends with a status that tells a service manager
/// whether a restart may help. It is never reported as an internal error.
@Suite(.serialized, .timeLimit(.minutes(15))) struct SettingFaultTests {
    private let place: TemporaryDirectory
    private var directory: String { place.path }

    init() throws { place = try TemporaryDirectory() }

    private func shell(_ script: String) throws {
        let (status, text) = try Tool.shell(script, in: directory)
        try #require(status == 0, "\(script): \(text)")
    }

    /// How a node that is started like this ends, and its output.
    private func outcome(_ role: String, _ arguments: [String]) async throws -> (status: Int32, text: String) {
        let node = try Daemon(
            role, directory: "\(directory)/state", arguments: ["--http", "127.0.0.1:0"] + arguments)
        let status = try await node.end()
        return (status, node.text)
    }

    @Test func `Unusable TLS files end a node with 78 and their names, before its journal is opened`() async throws {
        try shell(
            """
            for name in key other; do openssl ecparam -name prime256v1 -genkey -noout -out $name.pem; done
            openssl req -x509 -key key.pem -subj /CN=a -days 100 -out valid.pem
            openssl pkey -in key.pem -aes256 -passout pass:x -out locked.pem; echo x > text.pem; mkdir folder
            printf '[ca]\\ndefault_ca=a\\n[a]\\nnew_certs_dir=.\\ndatabase=index\\nserial=serial\\n' > ca.cnf
            printf 'default_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' >> ca.cnf
            : > index; echo 01 > serial; openssl req -new -key key.pem -subj /CN=a -out request.pem
            openssl ca -config ca.cnf -batch -notext -selfsign -keyfile key.pem -in request.pem \\
                -startdate 20200101000000Z -enddate 20200102000000Z -out expired.pem
            """)
        let cases = [
            ("none.pem", "key.pem", "none.pem"), ("valid.pem", "none.pem", "none.pem"), ("folder", "key.pem", "folder"),
            ("valid.pem", "folder", "folder"), ("valid.pem", "locked.pem", "locked.pem"),
            ("valid.pem", "other.pem", "other.pem"), ("text.pem", "key.pem", "text.pem"),
            ("valid.pem", "text.pem", "text.pem"),
        ]
        for (certificate, key, file) in cases {
            let files = ["--http-certificate", "\(directory)/\(certificate)", "--http-key", "\(directory)/\(key)"]
            let check = try Tool.fieldpost(["check", "gateway", "--state-directory", "\(directory)/none"] + files)
            #expect(check.status == 78 && check.output.contains("\(directory)/\(file) "), "\(check)")
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/none"))
            let (status, text) = try await outcome("gateway", files)
            #expect(status == 78 && text.contains("\(directory)/\(file) "), "\(file): \(status) \(text)")
            #expect(!text.contains("Unexpected error"), "\(text)")
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/state/journal.sqlite"))
        }
        let fine = ["--http-certificate", "\(directory)/valid.pem", "--http-key", "\(directory)/key.pem"]
        let check = try Tool.fieldpost(["check", "gateway", "--state-directory", "\(directory)/none"] + fine)
        #expect(check.status == 0 && check.output.contains(" is valid."), "\(check)")
        // An expired certificate is served, with an alarm.
        let node = try Daemon(
            "gateway", directory: "\(directory)/state",
            arguments: [
                "--http", "127.0.0.1:0", "--http-certificate", "\(directory)/expired.pem", "--http-key",
                "\(directory)/key.pem",
            ])
        #expect(try await node.says(" ready "), "\(node.text)")
        #expect(try await node.socket.status().alarms.contains { $0.contains("expired.pem) expired on ") })
    }

    @Test func `A directory or nonsense instead of a file of the node is not an internal error`()
        async throws
    {
        let names = [
            "node.key", "journal.sqlite", "journal.lock", "journal.lease", "admin.sock", "roster.json", "central.id",
            "journal.reserve", "journal.sqlite-wal",
        ]
        for name in names {
            for make in ["mkdir", "ln -s /nowhere/at/all"] {
                try shell("rm -rf state; mkdir -m 700 state; \(make) state/\(name)")
                let node = try Daemon(
                    "central", directory: "\(directory)/state", arguments: ["--http", "127.0.0.1:0"])
                let runs = try await waits { !node.isRunning || node.text.contains(" ready ") }
                #expect(runs, "\(name) \(make)")
                guard !node.isRunning else {
                    node.send(SIGTERM)
                    #expect(try await node.end() == 0, "\(name) \(make): \(node.text)")
                    continue
                }
                let status = try await node.end()
                #expect([65, 69, 73, 74, 78].contains(status), "\(name) \(make): \(status) \(node.text)")
                #expect(!node.text.contains("Unexpected error"), "\(name) \(make): \(node.text)")
            }
        }
        try shell(
            "rm -rf state; mkdir -m 700 state; head -c 4096 /dev/zero > state/roster.json; : > state/central.id")
        let node = try Daemon("central", directory: "\(directory)/state", arguments: ["--http", "127.0.0.1:0"])
        #expect(try await node.says(" ready "), "\(node.text)")
    }

    @Test func `Commands name a file that they cannot read`() async throws {
        let folder = directory
        let cases: [(Int32, [String])] = [
            (78, ["gateway", "--configuration", folder]), (74, ["enroll", "--token-file", folder, "--central", "h:1"]),
            (74, ["enroll", "--token-file", "/nowhere", "--central", "h:1"]), (74, ["import", folder, "--dry-run"]),
            (74, ["access", "account", "x", "--role", "viewer", "--password-file", folder]),
            (74, ["access", "account", "x", "--role", "viewer", "--password-file", "/nowhere"]),
            (78, ["status", "--configuration", folder]), (78, ["repair", "--state-directory", "/nowhere"]),
        ]
        for (status, arguments) in cases {
            let process = try await Program.run(arguments)
            #expect(process.status == status, "\(arguments)")
        }
    }
}
