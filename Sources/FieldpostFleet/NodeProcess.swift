package import FieldpostAPI
package import FieldpostClient
import FieldpostCore
import FieldpostGateway
import FieldpostNode
import FieldpostTransport
import Foundation
import Glibc
import Synchronization

/// One node as a process of its own: a Fieldpost program that runs as a daemon in its directory. It ends with this
/// process.
package final class NodeProcess: Sendable {
    package let name: String
    package let directory: String
    private let program: String
    private let arguments: [String]
    private let process = Mutex<Process?>(nil)
    /// Where it listened the first time: it comes back there.
    private let addresses = Mutex<(http: String, peers: String?)?>(nil)
    private let listens: Bool
    /// Lines of YAML that stand for the arguments, as in production; nil: flags, and an open HTTP API.
    private let settings: [String]?

    /// Seconds that a node may take to listen, and to end, on a slow disk and a busy machine.
    private static let startSeconds = 120
    private static let stopSeconds = 60

    /// `program`: the path of a Fieldpost executable. `arguments`: of the command, but name, state directory and
    /// addresses. `listens`: whether peers dial in.
    package init(program: String, role: String, name: String, directory: String, listens: Bool, arguments: [String]) {
        self.program = program
        self.name = name
        self.directory = directory
        self.listens = listens
        settings = nil
        self.arguments =
            [
                role, "--name", name, "--state-directory", directory, "--log-level", "notice", "--exit-with-parent",
                "\(getpid())",
            ] + arguments
    }

    /// A node that is configured by a YAML file beside its state directory alone. `settings`: the file's lines, but for
    /// role, name, state directory and addresses.
    package init(
        program: String, role: String, name: String, directory: String, listens: Bool, settings: [String]
    ) {
        self.program = program
        self.name = name
        self.directory = directory
        self.listens = listens
        self.settings = ["role: \(role)", "name: \(name)", "state_directory: \(directory)"] + settings
        arguments = [role, "--configuration", directory + ".yaml", "--exit-with-parent", "\(getpid())"]
    }

    package var socket: FieldpostClient { FieldpostClient(socket: directory + "/admin.sock") }

    /// Makes the directory and the key.
    package func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        _ = try NodeKey.loadOrCreate(path: directory + "/node.key")
    }

    /// Makes this gateway known to central, which runs, and central to it, as an operator would. Does nothing when
    /// that was done.
    package func enroll(with central: NodeProcess, grids: [String] = []) async throws {
        let key = try NodeKey.load(path: directory + "/node.key")
        let known = try await central.socket.gateways().value.gateways
        guard !known.contains(where: { $0.node == key.node.description && $0.state == .enrolled }) else { return }
        guard let address = try await central.socket.status().peerAddress.flatMap({ Endpoint($0) }) else {
            throw FleetError.doesNotListen(central.name)
        }
        let made = try await central.socket.makeToken(name: name, grids: grids.joined(separator: ","), seconds: 600)
        let token = EnrollmentToken(text: made.value.token)
        let request = try EnrollmentRequest(
            key: key, central: address, name: name, grids: grids, token: token?.secret)
        let answer = try await request.send(to: token?.central)
        try CentralPin(stateDirectory: directory).write(answer.central)
    }

    /// Returns once the node listens. Throws `FleetError`, with the end of its log when it does not.
    @discardableResult
    package func start(_ launch: Launch = Launch()) async throws -> NodeStatus {
        let log = directory + "/log"
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FleetError.cannotWrite(log) }
        let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let started = Process()
        if let settings {
            let lines = settings + addresses("http: ", "listen: ")
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: directory + ".yaml"))
        }
        let addressFlags = settings == nil ? addresses("--http=", "--listen=") : []
        let command = launch.wrapper + [program] + arguments + addressFlags
        started.executableURL = URL(fileURLWithPath: command[0])
        started.arguments = Array(command.dropFirst())
        started.environment = launch.environment(isOpen: settings == nil)
        started.standardInput = FileHandle.nullDevice
        started.standardOutput = output
        started.standardError = output
        try started.run()
        // The node has its own: whoever takes its file system away must not be held up by this process.
        try output.close()
        process.withLock { $0 = started }
        let deadline = ContinuousClock.now + .seconds(Self.startSeconds)
        while ContinuousClock.now < deadline, started.isRunning {
            if let status = try? await socket.status(), let http = status.httpAddress,
                !listens || status.peerAddress != nil
            {
                addresses.withLock { $0 = (http, status.peerAddress) }
                return status
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        kill()
        throw FleetError.didNotStart(name, log: logTail)
    }

    /// How the process ended; nil while it runs, and before it was started. A signal counts as its number plus 128.
    package var exitStatus: Int32? {
        guard let process = process.withLock({ $0 }), !process.isRunning else { return nil }
        return process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    }

    /// Of the process; nil while it does not run.
    package var processID: Int32? {
        process.withLock { $0 }.flatMap { $0.isRunning ? $0.processIdentifier : nil }
    }

    /// SIGKILL, as a crash would.
    package func kill() {
        guard let process = process.withLock({ $0 }), process.isRunning else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// SIGTERM. False when it did not end well within a minute; it is killed then.
    package func stop() async -> Bool {
        guard let process = process.withLock({ $0 }), process.isRunning else { return true }
        process.terminate()
        let deadline = ContinuousClock.now + .seconds(Self.stopSeconds)
        while process.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        guard process.isRunning else { return process.terminationStatus == 0 }
        kill()
        return false
    }

    /// Bytes of memory: now, and the most there ever was; 0 when it does not run.
    package var memory: (resident: Int, peak: Int) {
        guard let process = process.withLock({ $0 }), process.isRunning,
            let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        else { return (0, 0) }
        let kilobytes = { (key: String) -> Int in
            let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
            return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return (kilobytes("VmRSS:") * 1024, kilobytes("VmHWM:") * 1024)
    }

    /// Where it listens, with what stands before each address.
    private func addresses(_ http: String, _ listen: String) -> [String] {
        let known = addresses.withLock { $0 }
        return [http + (known?.http ?? "127.0.0.1:0")] + (listens ? [listen + (known?.peers ?? "127.0.0.1:0")] : [])
    }

    private var logTail: String {
        let text = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(12).joined(separator: "\n")
    }
}
