import FieldpostCore
import FieldpostNode
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// Serves HTTP over TLS with the present files. A renewed certificate is used without a restart, and an invalid file
/// never replaces a valid one. Unlike the links between nodes, this TLS is for browsers and terminals. Their
/// certificates come from an authority that they trust, and TLS 1.2 is accepted too.
final class HTTPTLSKeeper: Service {
    /// The identity that is served.
    private let held: Mutex<HTTPIdentity>
    /// The files that should be served, even while they are invalid. A reload holds this lock to its end, so that
    /// reloads run one after the other.
    private let wanted: Mutex<HTTPTLSFiles>
    private let watch: ServiceWatch
    private let logger: Logger
    private let interval: Duration

    /// `interval`: the time between two checks of the files. Throws `HTTPTLSError`.
    init(
        _ files: HTTPTLSFiles, watch: ServiceWatch, logger: Logger, interval: Duration = .seconds(60)
    ) throws(HTTPTLSError) {
        let identity = try HTTPIdentity(files)
        held = Mutex(identity)
        wanted = Mutex(files)
        self.watch = watch
        self.logger = logger
        self.interval = interval
        tell(identity, problem: nil)
    }

    /// Each handshake uses the present identity.
    var configuration: TLSConfiguration {
        let identity = held.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.chain.map { .certificate($0) }, privateKey: .privateKey(identity.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .milliseconds(Limits.httpGoodbyeMilliseconds)
        configuration.sslContextCallback = { [self] _, promise in
            let identity = held.withLock { $0 }
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = identity.chain.map { .certificate($0) }
            change.privateKey = .privateKey(identity.key)
            promise.succeed(change)
        }
        return configuration
    }

    /// Reads the files again. If `files` is given, uses those from now on. If they are invalid, the old identity is
    /// still served, and the files are read again at the next check. Returns whether they are valid.
    @discardableResult
    func reload(_ files: HTTPTLSFiles? = nil) -> Bool {
        wanted.withLock { wanted in
            if let files { wanted = files }
            return takeUp(wanted)
        }
    }

    private func takeUp(_ files: HTTPTLSFiles) -> Bool {
        let before = held.withLock { $0 }
        do throws(HTTPTLSError) {
            let identity = try HTTPIdentity(files)
            held.withLock { $0 = identity }
            tell(identity, problem: nil)
            if !identity.isSame(as: before) {
                logger.notice(
                    "HTTP is served with a new certificate", metadata: ["file": "\(identity.files.certificates)"])
            }
            return true
        } catch {
            if watch.certificate?.problem != error.description {
                logger.error("\(error) The old certificate is still served.")
            }
            tell(before, problem: error.description)
            return false
        }
    }

    /// Checks the files each minute until the group is shut down.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: self.interval)) != nil { self.reload() }
        }
    }

    private func tell(_ identity: HTTPIdentity, problem: String?) {
        watch.certificate = ServedCertificate(
            file: identity.files.certificates, from: identity.validity.from, to: identity.validity.to, problem: problem)
    }
}
