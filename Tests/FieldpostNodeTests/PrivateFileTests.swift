import FieldpostCore
import Foundation
import TestKit
import Testing

@testable import FieldpostNode

/// What a crash leaves of a small file, and the next start.
struct PrivateFileTests {
    private let place: TemporaryDirectory
    private var directory: String { place.path }

    init() throws { place = try TemporaryDirectory() }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
    }

    @Test(arguments: PrivateFile.Step.allCases, [false, true])
    func `a process that is killed after any step does not block the next one`(
        step: PrivateFile.Step, replaces: Bool
    ) async throws {
        let path = directory + "/node.key"
        let (old, new) = (Array("old".utf8), Array("new and longer".utf8))
        if replaces { try PrivateFile.write(old, path: path) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, step = step.rawValue as Int, replaces = replaces as Bool] in
            try PrivateFile.write(Array("new and longer".utf8), path: path, replaces: replaces) { done in
                if done.rawValue == step { kill(getpid(), SIGKILL) }
            }
        }
        // The file is new or unchanged. A leftover stays beside it until something is written again.
        let isNamed = step.rawValue >= PrivateFile.Step.named.rawValue
        let expected = isNamed ? new : replaces ? old : nil
        #expect(FileManager.default.contents(atPath: path).map { Array($0) } == expected)
        let hasLeftover = step.rawValue < PrivateFile.Step.named.rawValue || (step == .named && !replaces)
        #expect(try names.count == (expected == nil ? 0 : 1) + (hasLeftover ? 1 : 0))

        if isNamed, !replaces {
            #expect(throws: NodeKeyError.exists(path: path)) { try PrivateFile.write(old, path: path) }
        } else {
            try PrivateFile.write(new, path: path, replaces: replaces)
        }
        #expect(try names == ["node.key"])
        #expect(FileManager.default.contents(atPath: path).map { Array($0) } == new)
    }

    /// In a container, every start has the same process id.
    @Test func `a leftover with this process's id blocks no file`() throws {
        for name in ["node.key", "roster.json", "central.id"] {
            try Data("half".utf8).write(to: URL(filePath: directory + "/\(name).\(getpid()).new"))
        }
        let key = try NodeKey.loadOrCreate(path: directory + "/node.key")
        try PrivateFile.write(Array("\(key.node)".utf8), path: directory + "/central.id", replaces: true)
        try PrivateFile.write([1], path: directory + "/roster.json", replaces: true)
        #expect(try names == ["central.id", "node.key", "roster.json"])
        #expect(try NodeKey.load(path: directory + "/node.key").node == key.node)
    }

    @Test func `a file that another process is writing stays, and so does a file that is not a leftover`() throws {
        let others = ["node.key.ab12.new", "node.key.backup.new", "node.key.new", "journal.sqlite.new"]
        for name in others { try Data("x".utf8).write(to: URL(filePath: directory + "/" + name)) }
        let held = open(directory + "/node.key.ab12.new", O_RDONLY | O_CLOEXEC)
        #expect(flock(held, LOCK_EX) == 0)
        try PrivateFile.write([1], path: directory + "/node.key")
        #expect(try names == (others + ["node.key"]).sorted())
        // Closing alone is not enough: a child of another test that was just forked may still have a copy.
        flock(held, LOCK_UN)
        close(held)
        PrivateFile.removeLeftovers(of: directory + "/node.key")
        #expect(try names == (others.dropFirst() + ["node.key"]).sorted())
    }

    @Test func `a file has the requested mode`() throws {
        let path = directory + "/x"
        try PrivateFile.write([1], path: path, mode: 0o644)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o644)
    }
}
