import AsyncHTTPClient
import FieldpostCore
import NIOCore
import NIOHTTP1

/// Makes the requests of webhooks. It follows no redirection, and does not use what an answer says besides its status.
struct WebhookClient: Sendable {
    struct Outcome {
        /// Nil: there was no answer.
        var status: Int?
        /// For how many milliseconds the receiver wants no more.
        var wait: Int64?
        /// Nil: it was taken.
        var problem: String?
    }

    private let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(Limits.webhookSeconds / 3)
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async { try? await client.shutdown() }

    func post(_ body: [UInt8], to url: String, headers: [(String, String)]) async -> Outcome {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers)
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let answer = try await client.execute(request, timeout: .seconds(Limits.webhookSeconds))
            await Self.drain(answer.body)
            let status = Int(answer.status.code)
            guard !(200..<300).contains(status) else { return Outcome(status: status) }
            let wait = answer.headers.first(name: "Retry-After").flatMap { Int64($0) }
            return Outcome(
                status: status, wait: wait.map { max(0, min($0, 1_000_000)) * 1_000 },
                problem: "the receiver answered \(status) \(answer.status.reasonPhrase)")
        } catch {
            return Outcome(problem: Self.reason(error))
        }
    }

    /// Reads the rest of an answer, so that the connection can be used again, but waits for no more than a second: the
    /// library's time limit ends with the head.
    private static func drain(_ body: HTTPClientResponse.Body) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await body.collect(upTo: Limits.webhookAnswerBytes) }
            group.addTask { try? await Task.sleep(for: .seconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout?: "it could not be connected in \(Limits.webhookSeconds / 3) s"
        case .deadlineExceeded?, .readTimeout?: "it did not answer in \(Limits.webhookSeconds) s"
        case .remoteConnectionClosed?: "it closed the connection"
        case .invalidURL?, .emptyHost?, .emptyScheme?: "the address is no URL"
        default: String(String.UnicodeScalarView("\(error)".unicodeScalars.filter { $0.value >= 0x20 }.prefix(200)))
        }
    }
}
