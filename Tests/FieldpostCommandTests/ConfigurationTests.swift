import FieldpostCore
import FieldpostNode
import FieldpostTransport
import Foundation
import TestKit
import Testing

@testable import fieldpost

@Suite struct ConfigurationTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func load(
        _ role: Role = .gateway, file: String? = nil, flags: ConfigurationLayer = ConfigurationLayer(),
        environment: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        try Configuration.load(role: role, flags: flags, file: file, environment: environment, hostName: "host-1")
    }

    @Test func `Without any layer the defaults hold`() throws {
        let settings = try load(environment: ["PATH": "/bin"]).settings
        #expect(settings.name == "host-1")
        #expect(settings.stateDirectory == "/var/lib/fieldpost")
        #expect(settings.http == "127.0.0.1:8080")
        #expect(settings.listen == nil && settings.dial.isEmpty && settings.grids.isEmpty && !settings.insecure)
        #expect(try load(.central).settings.http == "127.0.0.1:8081")
    }

    @Test func `The state directory that systemd made comes before the built-in one`() throws {
        let settings = try load(environment: ["STATE_DIRECTORY": "/var/lib/private/fieldpost:/second"]).settings
        #expect(settings.stateDirectory == "/var/lib/private/fieldpost")
    }

    @Test func `Flags override the environment, which overrides the file`() throws {
        let file = try directory.file(
            "gateway.yaml", "name: from-file\nhttp: 127.0.0.1:1\nlink_class: lte\ngrids: [a, b]\ndial: 127.0.0.1:9\n")
        let settings = try load(
            file: file, flags: ConfigurationLayer(flags: [(.name, ["from-flag"])]),
            environment: [
                "FIELDPOST_NAME": "from-variable", "FIELDPOST_HTTP": "127.0.0.1:2",
                "FIELDPOST_DIAL": "127.0.0.1:3, [::1]:4",
            ]
        ).settings
        #expect(settings.name == "from-flag")
        #expect(settings.http == "127.0.0.1:2")
        #expect(settings.dial == ["127.0.0.1:3", "[::1]:4"])
        #expect(settings.linkClass == "lte")
        #expect(settings.grids == ["a", "b"])
        #expect(settings.retentionSeconds == 14 * 86_400)
        #expect(settings.mediaLimits == MediaLimits(photoBytes: 25 << 20, clipBytes: 200 << 20))
    }

    @Test(arguments: ["0.0.0.0:9108", "[::]:9108", "*:9108", "gateway.example:9108", "192.168.1.10:9108"])
    func `Metrics are for this machine alone, unless it is said that others may read them`(address: String) throws {
        let file = try directory.file("gateway.yaml", "role: gateway\nmetrics: \"\(address)\"\n")
        let error = #expect(throws: ConfigurationError.self) { try load(file: file) }
        #expect(error?.description.contains("\(file):2: metrics: other machines may reach \(address)") == true)
        let open = try load(file: file, environment: ["FIELDPOST_METRICS_OPEN": "true"])
        #expect(open.settings.metrics == address && open.warnings.contains { $0.contains(address) })
        let loopback = try load(environment: ["FIELDPOST_METRICS": "127.0.0.1:9108"])
        #expect(loopback.settings.metrics == "127.0.0.1:9108")
        #expect(!loopback.warnings.contains { $0.contains("metrics") })
    }

    @Test func `The environment may name the file`() throws {
        let file = try directory.file("other.yaml", "name: 东站\n")
        #expect(try load(environment: ["FIELDPOST_CONFIGURATION": file]).settings.name == "东站")
    }

    @Test func `All errors of a file are reported at once, with their lines`() throws {
        let file = try directory.file(
            "bad.yaml",
            """
            role: gateway
            lissten: 127.0.0.1:1
            http: 8080

            dial:
              - example.org
              - 10.0.0.1:7310
            name:
            name: b
            insecure: yes
            log_level: inf
            state_directory: [a]
            grids: [x, x]
            nonsense_key: 1
            """)
        let error = #expect(throws: ConfigurationError.self) { try load(file: file) }
        let expected = """
            The configuration has 10 errors:
              \(file):2: unknown key lissten. Did you mean listen?
              \(file):3: http: "8080" is not host:port. Write it like 127.0.0.1:8080.
              \(file):5: dial: "example.org" is not host:port. Write it like central.example:7310.
              \(file):8: name has no value. Give one, or leave the line out for the default.
              \(file):9: name is set twice; the first time in line 8. Keep one of them.
              \(file):10: insecure: "yes" is neither true nor false.
              \(file):11: log_level: "inf" is not one of trace, debug, info, notice, warning, error, \
            critical. Did you mean info?
              \(file):12: state_directory takes one value, such as `state_directory: /var/lib/fieldpost`.
              \(file):13: grids: "x" is there twice.
              \(file):14: unknown key nonsense_key. Known keys: role, name, state_directory, http, public_http, \
            public_https, public_url, pages, \
            http_open, http_certificate, http_key, metrics, metrics_open, listen, dial, grids, \
            link_class, links, retention, photo_limit, clip_limit, thumbnail_helper, insecure, log_level.
            Nothing was started or changed.
            """
        #expect(error?.description == expected)
    }

    @Test func `An error in the environment or a flag is reported with its variable or flag`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try load(
                flags: ConfigurationLayer(flags: [(.logLevel, ["loud"])]),
                environment: ["FIELDPOST_LISEN": "x", "FIELDPOST_HTTP": ":80", "FIELDPOST_TEST_DATA": "/data"])
        }
        let expected = """
            The configuration has 3 errors:
              --log-level: log_level: "loud" is not one of trace, debug, info, notice, warning, error, critical.
              FIELDPOST_LISEN: unknown variable. Did you mean FIELDPOST_LISTEN?
              FIELDPOST_HTTP: http: ":80" is not host:port. Write it like 127.0.0.1:8080.
            Nothing was started or changed.
            """
        #expect(error?.description == expected)
    }

    @Test func `A file for the other role is refused, and so is a setting of the other role`() throws {
        let file = try directory.file("gateway.yaml", "role: gateway\ngrids: [a]\n")
        let error = #expect(throws: ConfigurationError.self) { try load(.central, file: file) }
        #expect(
            error?.description == """
                The configuration has 2 errors:
                  \(file):1: this file is for gateway, but `fieldpost central` was started.
                  \(file):2: grids is a setting for gateway, not for central.
                Nothing was started or changed.
                """)
    }

    @Test func `Invalid YAML is reported with its line`() throws {
        let file = try directory.file("broken.yaml", "name: x\ngrids: [b\nhttp: d\n")
        let error = #expect(throws: ConfigurationError.self) { try load(file: file) }
        #expect(
            error?.description == """
                The configuration has an error:
                  \(file):3: this is not valid YAML: did not find expected ',' or ']'.
                Nothing was started or changed.
                """)
    }

    @Test func `A file that was named must exist`() {
        let error = #expect(throws: ConfigurationError.self) { try load(file: "/nowhere/gateway.yaml") }
        #expect(
            error?.description == """
                The configuration has an error:
                  --configuration: there is no file /nowhere/gateway.yaml. `fieldpost init gateway` creates one.
                Nothing was started or changed.
                """)
    }

    @Test func `Only a missing file counts as none`() throws {
        let file = try directory.file("a-file", "name: x\n")
        #expect(try ConfigurationFile.read(path: "\(directory.path)/none.yaml") == nil)
        #expect(try ConfigurationFile.read(path: "\(file)/none.yaml") == nil)
        let loop = "\(directory.path)/loop.yaml"
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
        for (path, reason) in [(directory.path, "Is a directory"), (loop, "Too many levels of symbolic links")] {
            let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(path: path) }
            #expect(error?.problems.map(\.message) == ["cannot be read (\(reason))."])
            #expect(throws: ConfigurationError.self) { try load(file: path) }
        }
    }

    @Test func `Lengths of texts and of the directory for the socket are checked`() throws {
        let long = String(repeating: "格", count: Limits.shortTextBytes / 3 + 1)
        let path = "/" + String(repeating: "d", count: SettingCheck.directoryBytes)
        let error = #expect(throws: ConfigurationError.self) {
            try load(environment: ["FIELDPOST_GRIDS": "ok,\(long)", "FIELDPOST_STATE_DIRECTORY": path])
        }
        #expect(
            error?.problems.map(\.message) == [
                "state_directory: \"\(path.prefix(80))\"… takes 97 bytes; at most 96 leave space for the socket.",
                "grids: \"\(long.prefix(80))\"… takes 258 bytes; at most 256 are allowed.",
            ])
        #expect(try load(environment: ["FIELDPOST_STATE_DIRECTORY": String(path.dropLast())]).warnings.count == 1)
    }

    @Test func `Plain TCP is used only with the switch, and then with a warning`() throws {
        #expect(try !load(environment: ["FIELDPOST_LISTEN": "0.0.0.0:7310"]).settings.insecure)
        let configuration = try load(environment: [
            "FIELDPOST_LISTEN": "0.0.0.0:7310", "FIELDPOST_INSECURE": "true", "FIELDPOST_DIAL": "127.0.0.1:1",
        ])
        #expect(
            configuration.warnings == [
                "Links to other nodes use plain TCP because `insecure` is on: anyone on the path can read and change "
                    + "the traffic, and nodes do not prove their identity. Use this only on your own network."
            ])
    }

    @Test func `A command finds the daemon through the same layers, whatever else is wrong in them`() throws {
        let file = try directory.file("gateway.yaml", "state_directory: /from-file\nhttp: 127.0.0.1:7\nnonsense: 1\n")
        let lookup = try DaemonLookup(file: file, environment: ["FIELDPOST_HTTP": "127.0.0.1:8"])
        #expect(lookup.adminSocket(stateDirectory: nil) == "/from-file/admin.sock")
        #expect(lookup.adminSocket(stateDirectory: "/flag") == "/flag/admin.sock")
        #expect(throws: ConfigurationError.self) { try DaemonLookup(file: "/nowhere.yaml", environment: [:]) }
    }

    @Test(arguments: [
        ("127.0.0.1:80", true), ("127.8.8.8:80", true), ("localhost:0", true), ("[::1]:1", true), ("0.0.0.0:1", false),
        ("127.example.org:1", false), ("[fe80::1]:1", false), ("host:65535", false),
    ])
    func `An address knows whether it stays on this machine`(text: String, isLoopback: Bool) throws {
        let address = try #require(Endpoint(text))
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(arguments: ["", ":80", "host", "host:", "host:65536", "host:+1", "::1:80", "[host]:1", "a b:1", "http://h:1"])
    func `A text of another form is not an address`(text: String) { #expect(Endpoint(text) == nil) }
}
