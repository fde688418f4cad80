import Dispatch
import FieldpostNode
import Foundation
import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

@testable import FieldpostHTTP

/// TLS files of HTTP. Each error names the file and what to do.
struct HTTPIdentityTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func fault(_ files: HTTPTLSFiles) -> HTTPTLSError? {
        do throws(HTTPTLSError) {
            _ = try HTTPIdentity(files)
            return nil
        } catch {
            return error
        }
    }

    @Test func `Keys of the usual kinds are accepted, and a chain that begins with the node's certificate`() throws {
        let made = try CertificateFiles()
        defer { made.remove() }
        for (index, algorithm) in ["rsa:2048", "ec -pkeyopt ec_paramgen_curve:secp384r1"].enumerated() {
            try made.make("k\(index)", algorithm: algorithm)
            #expect(fault(made.files("k\(index).crt", "k\(index).key")) == nil)
        }
        try made.shell("cat k0.crt k1.crt > chain.crt; openssl rsa -in k0.key -traditional -out old.key 2>/dev/null")
        #expect(fault(made.files("chain.crt", "k0.key")) == nil)
        #expect(fault(made.files("chain.crt", "old.key")) == nil)
        // An expired certificate is served, because the clock may be wrong.
        try made.shell("openssl x509 -in k0.crt -signkey k0.key -days 1 -out short.crt 2>/dev/null")
        let identity = try HTTPIdentity(made.files("short.crt", "k0.key"))
        // openssl looks at the clock once for each end.
        #expect((86_400...86_410).contains(identity.validity.to - identity.validity.from))
    }

    @Test func `Each error names the file and what to do`() throws {
        let made = try CertificateFiles()
        defer { made.remove() }
        try made.make("a")
        try made.make("b")
        try made.shell(
            """
            openssl pkey -in a.key -aes256 -passout pass:x -out locked.key
            openssl ec -in a.key -aes256 -passout pass:x -out old-locked.key 2>/dev/null
            openssl x509 -in a.crt -outform DER -out der.crt; openssl pkey -in a.key -outform DER -out der.key
            cat b.crt a.crt > reversed.crt; head -c 200 a.crt > half.crt; head -c 90 a.key > half.key
            : > empty; mkdir folder; head -c 2000000 /dev/zero > huge
            """)
        let cases: [(certificates: String, key: String, file: String, words: String)] = [
            ("none.crt", "a.key", "none.crt", "No such file"), ("a.crt", "none.key", "none.key", "No such file"),
            ("folder", "a.key", "folder", "Is a directory"), ("a.crt", "folder", "folder", "Is a directory"),
            ("a.crt", "locked.key", "locked.key", "openssl pkey -in FILE"),
            ("a.crt", "old-locked.key", "old-locked.key", "is encrypted"),
            ("a.crt", "b.key", "b.key", "does not belong to the certificate"),
            ("reversed.crt", "a.key", "reversed.crt", "at position 2"),
            ("der.crt", "a.key", "der.crt", "openssl x509 -inform DER"), ("a.crt", "der.key", "der.key", "-inform DER"),
            ("a.key", "a.key", "a.key", "contains a key but no certificate"),
            ("a.crt", "a.crt", "a.crt", "contains a certificate but no key"), ("empty", "a.key", "empty", "is empty"),
            ("a.crt", "empty", "empty", "is empty"), ("half.crt", "a.key", "half.crt", "no certificate"),
            ("a.crt", "half.key", "half.key", "no private key"), ("huge", "a.key", "huge", "too large"),
        ]
        for (certificates, key, file, words) in cases {
            let error = try #require(fault(made.files(certificates, key)), "\(certificates) \(key)")
            #expect(error.file == made.path(file), "\(error)")
            #expect(error.description.contains(words) && error.isSetting, "\(error)")
        }
    }

    @Test func `Wrong permissions are a setting to correct, but a failing disk is not`() {
        let rights = HTTPTLSError("/k", unread: SmallFile.Failure(code: EACCES))
        #expect(rights.isSetting && rights.description.contains("LoadCredential="))
        #expect(!HTTPTLSError("/k", unread: SmallFile.Failure(code: EIO)).isSetting)
    }

    @Test func `A renewed certificate is used automatically, and an invalid one changes nothing`() async throws {
        let made = try CertificateFiles()
        defer { made.remove() }
        try made.make("http", days: 100)
        let watch = ServiceWatch()
        let keeper = try HTTPTLSKeeper(
            made.files("http.crt", "http.key"), watch: watch, logger: Self.logger, interval: .milliseconds(20))
        let first = try #require(watch.certificate)
        #expect(first.problem == nil)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await keeper.run() }
            try made.shell("echo broken > http.key")
            #expect(await holds { watch.certificate?.problem != nil })
            #expect(watch.certificate?.to == first.to)
            try made.make("http", days: 300)
            #expect(await holds { watch.certificate.map { $0.problem == nil && $0.to > first.to } ?? false })
            tasks.cancelAll()
        }
    }

    @Test func `The files of a failed reload are tried again until they are valid`() throws {
        let made = try CertificateFiles()
        defer { made.remove() }
        try made.make("old")
        let watch = ServiceWatch()
        let keeper = try HTTPTLSKeeper(made.files("old.crt", "old.key"), watch: watch, logger: Self.logger)
        #expect(!keeper.reload(made.files("new.crt", "new.key")))
        #expect(watch.certificate?.file == made.path("old.crt"))
        #expect(watch.certificate?.problem?.contains(made.path("new.crt")) == true)
        // Automatically, as each minute.
        #expect(!keeper.reload())
        #expect(watch.certificate?.problem?.contains(made.path("new.crt")) == true)
        try made.make("new")
        #expect(keeper.reload())
        #expect(watch.certificate?.file == made.path("new.crt") && watch.certificate?.problem == nil)
    }

    @Test func `Reloads run one after the other, so that the served files are the reported ones`() throws {
        let made = try CertificateFiles()
        defer { made.remove() }
        for name in ["a", "b", "c"] { try made.make(name) }
        let (watch, interruption) = (ServiceWatch(), Interruption())
        let keeper = try HTTPTLSKeeper(
            made.files("a.crt", "a.key"), watch: watch, logger: Logger(label: "test") { _ in interruption })
        let last = made.files("c.crt", "c.key")
        interruption.arm { keeper.reload(last) }
        keeper.reload(made.files("b.crt", "b.key"))
        #expect(interruption.hasEndedInside() == false, "a reload ended in the middle of another")
        #expect(interruption.ends())
        #expect(watch.certificate?.file == made.path("c.crt"))
    }

    private func holds(_ condition: () -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(120)
        // While other tests compute, this task runs seldom. So the condition must also have had some turns.
        var turns = 0
        while ContinuousClock.now < deadline || turns < 300 {
            if condition() { return true }
            turns += 1
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

/// Does something on another thread during the first log call, and checks whether it ends there.
private final class Interruption: LogHandler, Sendable {
    private let work = Mutex<(@Sendable () -> Void)?>(nil)
    private let inside = Mutex<Bool?>(nil)
    private let end = DispatchSemaphore(value: 0)

    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.MetadataValue? {
        get { nil }
        set {}
    }

    func arm(_ body: @escaping @Sendable () -> Void) { work.withLock { $0 = body } }

    /// Nil if nothing was logged.
    func hasEndedInside() -> Bool? { inside.withLock { $0 } }

    func ends() -> Bool { end.wait(timeout: .now() + 60) == .success }

    func log(event: LogEvent) {
        let body = work.withLock { work in
            defer { work = nil }
            return work
        }
        guard let body else { return }
        DispatchQueue.global().async {
            body()
            self.end.signal()
        }
        let hasEnded = end.wait(timeout: .now() + 0.5) == .success
        if hasEnded { end.signal() }
        inside.withLock { $0 = hasEnded }
    }
}
