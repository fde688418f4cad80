import AsyncHTTPClient
import FieldpostAPI
package import Foundation
import NIOCore
package import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends requests to one node: over TCP, or through its admin socket.
package struct HTTPExchange: Sendable {
    /// A URL or a socket's path, for people.
    package let address: String
    private let target: Target
    /// The `Authorization` header for a node's HTTP API. An admin socket needs none.
    private let authorization: String?
    private let client: HTTPClient

    /// Names the variable with the token for nodes that commands call over TCP.
    package static let tokenVariable = "FIELDPOST_HTTP_TOKEN"

    private enum Target: Sendable {
        /// "http://host:port", without a slash at its end.
        case base(String)
        case socket(String)
    }

    /// Kept as long as the process runs.
    private static let standard = makeClient()
    /// One client for each file of trusted certificates. They are also kept as long as the process runs.
    private static let trusting = Mutex<[String: HTTPClient]>([:])

    /// The client does not retry by itself: the caller decides that. `certificates`: a PEM file of trusted
    /// certificates; nil means those of the system.
    private static func makeClient(trusting certificates: String? = nil) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        if let certificates {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(certificates)
            configuration.tlsConfiguration = tls
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Seconds for a whole exchange. An answer waits for one sync of the disk, which may take seconds on an SD card.
    package static let seconds: Int64 = 30
    /// The most bytes of an answer: a page of reports with long texts.
    private static let answerBytes = 32 * 1024 * 1024

    /// "http://host:port", or "host:port". `token`: a terminal's token; nil means the one in the environment, if any.
    package init(address text: String, token: String? = nil) throws(ClientError) {
        let shown = token ?? ProcessInfo.processInfo.environment[Self.tokenVariable]
        try self.init(address: text, authorization: shown.map { "Bearer \($0)" }, client: Self.standard)
    }

    /// Over TLS, to a node whose certificate is in a PEM file. `authorization`: the whole header. Throws `.badAddress`.
    package init(address text: String, authorization: String, trusting certificates: String) throws(ClientError) {
        let client = Self.trusting.withLock { clients in
            let client = clients[certificates] ?? Self.makeClient(trusting: certificates)
            clients[certificates] = client
            return client
        }
        try self.init(address: "https://" + text, authorization: authorization, client: client)
    }

    private init(address text: String, authorization: String?, client: HTTPClient) throws(ClientError) {
        var base = text.contains("://") ? text : "http://\(text)"
        while base.hasSuffix("/") { base.removeLast() }
        guard let url = URL(string: base), let scheme = url.scheme, ["http", "https"].contains(scheme), url.host != nil
        else { throw .badAddress(text) }
        address = base
        target = .base(base)
        self.authorization = authorization
        self.client = client
    }

    package init(socket path: String) {
        address = path
        target = .socket(path)
        authorization = nil
        client = Self.standard
    }

    package struct Answer: Sendable {
        package let status: Int
        package let headers: HTTPHeaders
        package let body: Data
    }

    /// The whole answer of status 2xx. Any other status is thrown as `.refused`. `mediaType`: of the body.
    package func send(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
        mediaType: String = "application/json", seconds: Int64 = Self.seconds
    ) async throws(ClientError) -> Answer {
        let response = try await open(
            method, path, headers: headers, body: body, mediaType: mediaType, seconds: seconds)
        let data: Data
        do {
            data = Data(try await response.body.collect(upTo: Self.answerBytes).readableBytesView)
        } catch {
            throw failure(error)
        }
        let status = Int(response.status.code)
        guard (200..<300).contains(status) else {
            var problem = Self.problem(data, status)
            problem.retryAfterSeconds = response.headers.first(name: "Retry-After").flatMap { Int($0) }
            throw .refused(status: status, problem: problem)
        }
        return Answer(status: status, headers: response.headers, body: data)
    }

    /// The lines of an answer as they come. `seconds`: the limit for the whole answer.
    package func lines(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [], seconds: Int64
    ) async throws(ClientError) -> HTTPLines {
        let response = try await open(method, path, headers: headers, seconds: seconds)
        guard (200..<300).contains(response.status.code) else {
            let data = (try? await response.body.collect(upTo: Self.answerBytes)).map { Data($0.readableBytesView) }
            throw .refused(
                status: Int(response.status.code), problem: Self.problem(data ?? Data(), Int(response.status.code)))
        }
        return HTTPLines(body: response.body.makeAsyncIterator(), address: address)
    }

    private func open(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
        mediaType: String = "application/json", seconds: Int64 = Self.seconds
    ) async throws(ClientError) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url(path))
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        // The library sends no Host header for a socket, but RFC 9112 (section 3.2) requires one.
        if case .socket = target { request.headers.add(name: "Host", value: "localhost") }
        if let authorization, case .base = target { request.headers.add(name: "Authorization", value: authorization) }
        if let body {
            request.headers.add(name: "Content-Type", value: mediaType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            return try await client.execute(request, timeout: .seconds(seconds))
        } catch {
            throw failure(error)
        }
    }

    private func url(_ path: String) -> String {
        switch target {
        case .base(let base): base + path
        case .socket(let socket): URL(httpURLWithSocketPath: socket, uri: path)?.absoluteString ?? ""
        }
    }

    func failure(_ error: any Error) -> ClientError { Self.failure(error, address: address) }

    package static func failure(_ error: any Error, address: String) -> ClientError {
        switch error {
        case let error as ClientError: error
        case is CancellationError: .cancelled
        case let error as HTTPClientError where error == .cancelled: .cancelled
        case let error as IOError: .unreachable(address: address, reason: String(cString: strerror(error.errnoCode)))
        case let error as NIOConnectionError:
            if let cause = error.connectionErrors.first?.error as? IOError {
                .unreachable(address: address, reason: String(cString: strerror(cause.errnoCode)))
            } else {
                .unreachable(
                    address: address,
                    reason: error.connectionErrors.isEmpty ? "the host's name cannot be resolved" : "no connection")
            }
        case let error as HTTPClientError: .unreachable(address: address, reason: reason(error))
        default:
            .unreachable(address: address, reason: address.hasPrefix("https:") ? tls(error) : "the connection broke")
        }
    }

    /// What went wrong with TLS. The library's errors are of many types, so its texts are searched.
    private static func tls(_ error: any Error) -> String {
        let words = String(reflecting: error)
        if ["CERTIFICATE_VERIFY_FAILED", "unableToValidateCertificate", "failedToValidateHostname"].contains(
            where: words.contains)
        {
            return "its certificate is not trusted here, has expired, or is for another name. Check this machine's "
                + "date, the certificate, and the name in the address"
        }
        if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST"].contains(where: words.contains) {
            return "the node does not use TLS there; if it serves plain HTTP, use http://"
        }
        return "the TLS connection failed"
    }

    private static func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout: "no answer in time"
        case .remoteConnectionClosed: "the connection was closed before the answer was complete"
        default: error.shortDescription.lowercased()
        }
    }

    private static func problem(_ data: Data, _ status: Int) -> ProblemDetails {
        (try? JSONDecoder().decode(ProblemDetails.self, from: data)) ?? ProblemDetails(status: status)
    }
}
