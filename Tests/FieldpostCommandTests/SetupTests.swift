import FieldpostCore
import FieldpostNode
import Foundation
import TestKit
import Testing

@testable import fieldpost

@Suite struct SetupTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func setup(_ name: String = "node", _ values: [(Setting, [String]?)] = []) -> NodeSetup {
        let path = "\(directory.path)/\(name)"
        return NodeSetup(
            role: .gateway, directory: path, file: "\(path)/gateway.yaml",
            flags: ConfigurationLayer(flags: [(.stateDirectory, [path])] + values))
    }

    @Test func `A new node gets a directory, a key and a configuration that others cannot change`() throws {
        let lines = try setup("node", [(.name, ["站点 \"一\""]), (.grids, ["10014,10018"])]).carryOut()
        #expect(try directory.mode(of: "node") == 0o700)
        #expect(try directory.mode(of: "node/node.key") == 0o600)
        #expect(try directory.mode(of: "node/gateway.yaml") == 0o644)
        let node = try NodeKey.load(path: "\(directory.path)/node/node.key").node
        #expect(lines.contains("NodeID \(node)"))
        let settings = try Configuration.load(
            role: .gateway, flags: ConfigurationLayer(), file: "\(directory.path)/node/gateway.yaml", environment: [:],
            hostName: "h"
        ).settings
        #expect(settings.name == "站点 \"一\"")
        #expect(settings.grids == ["10014", "10018"])
        #expect(settings.stateDirectory == "\(directory.path)/node")
    }

    @Test func `The unit's user can read a configuration elsewhere, and its directory`() throws {
        let path = "\(directory.path)/node"
        let before = umask(0o077)
        defer { umask(before) }
        let file = "\(directory.path)/etc/fieldpost/gateway.yaml"
        _ = try NodeSetup(
            role: .gateway, directory: path, file: file, flags: ConfigurationLayer(flags: [(.stateDirectory, [path])])
        ).carryOut()
        #expect(try directory.mode(of: "etc/fieldpost/gateway.yaml") == 0o644)
        #expect(try directory.mode(of: "etc/fieldpost") == 0o755)
        #expect(try directory.mode(of: "node") == 0o700)
    }

    @Test func `A second run keeps existing files and says so`() throws {
        _ = try setup().carryOut()
        let key = try NodeKey.load(path: "\(directory.path)/node/node.key").node
        let lines = try setup("node", [(.name, ["other"])]).carryOut()
        #expect(lines.prefix(3).allSatisfy { $0.hasPrefix("kept  ") })
        #expect(try NodeKey.load(path: "\(directory.path)/node/node.key").node == key)
    }

    @Test func `Nothing is created when a flag is wrong`() {
        #expect(throws: ConfigurationError.self) { try setup("none", [(.listen, ["7310"])]).carryOut() }
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/none"))
    }

    @Test(arguments: [Role.gateway, .central])
    func `Every setting can be taken out of its comment in the file that init writes`(role: Role) throws {
        let template = ConfigurationTemplate.text(role: role, chosen: [:])
        let lines = template.split(separator: "\n").map { line in
            Setting.all.contains { line.hasPrefix("#\($0.key): ") } ? line.dropFirst() : line
        }
        let file = ConfigurationFile(path: "f", text: lines.joined(separator: "\n"))
        #expect(file.layer.problems.isEmpty)
        #expect(Set(file.layer.given.keys) == Set(Setting.all(for: role).map(\.key)))
        #expect(ConfigurationJoin(role: role, layers: [file.layer]).problems.isEmpty)
        #expect(file.layer.given[Setting.http.key]?.texts == [Setting.standardHTTP(for: role)])
    }

    @Test(arguments: ["gateway", "central"])
    func `The sample configurations are right`(name: String) throws {
        let path = "\(Repository.path)/Deploy/\(name).yaml"
        let role: Role = name == "gateway" ? .gateway : .central
        let configuration = try Configuration.load(
            role: role, flags: ConfigurationLayer(), file: path, environment: [:], hostName: "h")
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `A key is read only while nobody else can read it`() throws {
        let path = "\(directory.path)/node.key"
        let node = try NodeKey.create(path: path).node
        #expect(try NodeKey.loadOrCreate(path: path).node == node)
        for mode in [0o640, 0o604, 0o610] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: NodeKeyError.readableByOthers(path: path, mode: UInt32(mode))) {
                try NodeKey.load(path: path)
            }
        }
        #expect(
            NodeKeyError.readableByOthers(path: "/k", mode: 0o640).description
                == "Others may read the key /k (mode 640). Run: chmod 600 /k")
    }

    @Test func `A key among a service's credentials is used before the one in the state directory`() throws {
        let (state, credentials) = ("\(directory.path)/state", "\(directory.path)/credentials")
        for path in [state, credentials] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let own = try NodeKey.ofNode(in: state, creates: true, credentials: credentials).node
        #expect(try NodeKey.load(path: state + "/node.key").node == own)
        let handed = try NodeKey.create(path: credentials + "/node.key").node
        // systemd sets the directory's mode. An access list on the file shows as a permission of its group.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o440], ofItemAtPath: credentials + "/node.key")
        #expect(try NodeKey.ofNode(in: state, creates: false, credentials: credentials).node == handed)
        #expect(try NodeKey.ofNode(in: state, creates: false, credentials: nil).node == own)
    }

    @Test func `A key is never overwritten, and no partial key is left`() throws {
        let path = try directory.file("node.key", "precious")
        #expect(throws: NodeKeyError.exists(path: path)) { try NodeKey.create(path: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["node.key"])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: NodeKeyError.malformed(path: path)) { try NodeKey.loadOrCreate(path: path) }
        let missing = "\(directory.path)/none/node.key"
        #expect(throws: NodeKeyError.missing(path: missing)) { try NodeKey.load(path: missing) }
    }
}
