import FieldpostCore
import FieldpostNode
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// Serves HTTP over TLS with the files as they stand now: a renewed certificate is taken up without a restart, and a
/// bad file never takes the place of a good one. Unlike links between nodes TLS is here for browsers and terminals:
/// their certificates come from an authority that they trust, and TLS 1.2 is taken too.
final class HTTPTLSKeeper: Service {
    /// What is served.
    private let held: Mutex<HTTPIdentity>
    /// The files that shall be served, also while they are bad. Who reloads holds it to the end, so that one reload
    /// follows the other.
    private let wanted: Mutex<HTTPTLSFiles>
    private let watch: ServiceWatch
    private let logger: Logger
    private let interval: Duration

    /// `interval`: between two looks at the files. Throws `HTTPTLSError`.
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

    /// Each handshake asks for the identity of that moment.
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

    /// Reads the files again, which may be others now. Where they are bad, what was served goes on, and they are read
    /// again at the next look. Returns whether all is well.
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
                logger.error("\(error) The certificate of before is still served.")
            }
            tell(before, problem: error.description)
            return false
        }
    }

    /// Looks at the files each minute, until the group is shut down.
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
