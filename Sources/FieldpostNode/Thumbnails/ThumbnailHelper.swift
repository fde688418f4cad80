import CSpawn
// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostCore
import FieldpostMedia
import Glibc

/// One run of `fieldpost-thumbnail`, over a socket that is its standard input and output. All calls block, but not
/// beyond the deadline. Call `finish` once, at the end.
struct ThumbnailHelper: Sendable {
    private let socket: CInt
    /// The process and its standard error. Nil if systemd started it: then its end is not ours to see.
    private let child: Child?
    private let deadline: ContinuousClock.Instant

    private struct Child {
        let process: pid_t
        let errors: CInt
    }

    /// `path`: of the program, or of a socket. Throws `.missing`, `.cannotStart`.
    init(_ path: String, deadline: ContinuousClock.Instant) throws(ThumbnailFailure) {
        self.deadline = deadline
        var status = stat()
        guard stat(path, &status) == 0 else { throw .missing }
        if status.st_mode & S_IFMT == S_IFSOCK {
            socket = try Self.connect(to: path)
            child = nil
        } else {
            (socket, child) = try Self.start(path)
        }
    }

    /// False if the helper takes no more.
    func send(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            guard waits(for: POLLOUT) else { return false }
            let step = bytes.withUnsafeBytes {
                Glibc.send(
                    socket, $0.baseAddress.map { $0 + done }, bytes.count - done,
                    CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
            }
            if step < 0, errno == EINTR || errno == EAGAIN { continue }
            guard step > 0 else { return false }
            done += step
        }
        return true
    }

    /// Takes the answer. The process is gone when this returns. `isCutOff`: the photo was not sent as a whole.
    func finish(isCutOff: Bool) -> Result<Thumbnail, ThumbnailFailure> {
        defer { close(socket) }
        if !isCutOff { shutdown(socket, CInt(SHUT_WR)) }
        let answer = isCutOff ? nil : receive()
        guard let child else { return Self.verdict(answer, isLate: isLate, words: "") }
        // It has said all, or too much.
        let isEnded = answer.map { $0.count <= Limits.thumbnailBytes } == true && waitForEnd(of: child.process)
        if !isEnded {
            kill(child.process, SIGKILL)
            while waitpid(child.process, nil, 0) < 0, errno == EINTR {}
        }
        return Self.verdict(answer, isLate: isLate, words: words(from: child.errors))
    }

    private static func verdict(
        _ answer: [UInt8]?, isLate: Bool, words: String
    ) -> Result<Thumbnail, ThumbnailFailure> {
        if let thumbnail = answer.flatMap(Thumbnail.init) { return .success(thumbnail) }
        if isLate { return .failure(.tooSlow) }
        return .failure(answer == [] && !words.isEmpty ? .refused(words) : .wrongAnswer)
    }

    /// All that the helper writes, up to one byte too many. Nil if it does not end in time.
    private func receive() -> [UInt8]? {
        let most = Limits.thumbnailBytes + 1
        var answer: [UInt8] = []
        while answer.count < most {
            guard waits(for: POLLIN) else { return nil }
            var piece = [UInt8](repeating: 0, count: most - answer.count)
            let step = recv(socket, &piece, piece.count, CInt(MSG_DONTWAIT))
            if step < 0, errno == EINTR || errno == EAGAIN { continue }
            // A helper that did not read all resets the connection; what it wrote before counts.
            guard step > 0 else { break }
            answer += piece.prefix(step)
        }
        return answer
    }

    /// False at the deadline.
    private func waits(for events: CInt) -> Bool {
        while !isLate {
            var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
            if poll(&entry, 1, milliseconds) > 0 { return true }
        }
        return false
    }

    private var isLate: Bool { ContinuousClock.now >= deadline }

    private var milliseconds: CInt {
        let left = (deadline - ContinuousClock.now).components
        return CInt(clamping: max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1))
    }

    // MARK: The process

    private static func connect(to path: String) throws(ThumbnailFailure) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .cannotStart("the path of the socket is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .cannotStart(reason(errno)) }
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, size) == 0 }
        }
        guard isConnected else {
            let failure = ThumbnailFailure.cannotStart(reason(errno))
            close(socket)
            throw failure
        }
        return socket
    }

    /// The program gets nothing of this process but its three streams: no other file, no environment, no signals.
    private static func start(_ path: String) throws(ThumbnailFailure) -> (socket: CInt, child: Child) {
        var (sockets, errors): ([CInt], [CInt]) = ([-1, -1], [-1, -1])
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw .cannotStart(reason(errno)) }
        defer { close(sockets[1]) }
        guard socketpair(AF_UNIX, kind | CInt(SOCK_NONBLOCK.rawValue), 0, &errors) == 0 else {
            close(sockets[0])
            throw .cannotStart(reason(errno))
        }
        defer { close(errors[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (index, source) in [sockets[1], sockets[1], errors[1]].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, CInt(index))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var process = pid_t()
        let code = path.withCString { name in
            var arguments = [UnsafeMutablePointer(mutating: name), nil]
            var environment: [UnsafeMutablePointer<CChar>?] = [nil]
            return posix_spawn(&process, name, &actions, &attributes, &arguments, &environment)
        }
        guard code == 0 else {
            close(sockets[0])
            close(errors[0])
            throw code == ENOENT ? .missing : .cannotStart(reason(code))
        }
        return (sockets[0], Child(process: process, errors: errors[0]))
    }

    /// Whether it ended by itself before the deadline. It is reaped then.
    private func waitForEnd(of process: pid_t) -> Bool {
        while true {
            let ended = waitpid(process, nil, WNOHANG)
            if ended == process || ended < 0 && errno != EINTR { return true }
            guard !isLate else { return false }
            poll(nil, 0, 2)
        }
    }

    /// The first line that it wrote to standard error.
    private func words(from errors: CInt) -> String {
        defer { close(errors) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(errors, &bytes, bytes.count)
        let line = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }
        return String(String(decoding: line, as: UTF8.self).filter { !$0.isNewline && $0.asciiValue != 0 })
    }

    private static func reason(_ code: CInt) -> String { String(cString: strerror(code)) }
}
