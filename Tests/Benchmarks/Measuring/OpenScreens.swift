import Foundation
import Glibc
import Synchronization

/// Connections that hold `GET /v1/live` open and read what comes, on one thread.
final class OpenScreens: Sendable {
    private struct State {
        var isEnded = false
        var messages = 0
        var failure: String?
    }

    private let state = Mutex(State())

    /// One screen for each request.
    init(port: Int, requests: [[UInt8]]) {
        Thread.detachNewThread { [self] in
            do {
                try follow(
                    requests.map { request in
                        let connection = try LoadConnection(port: port)
                        try request.withUnsafeBytes { try connection.start(0, $0, 0, $0.count) }
                        return connection
                    })
            } catch {
                state.withLock { $0.failure = "\(error)" }
            }
        }
    }

    /// Ends them. Returns how many messages came.
    func end() throws -> Int {
        let state = state.withLock { state in
            state.isEnded = true
            return state
        }
        if let failure = state.failure { throw LoadGenerator.Failed(description: failure) }
        return state.messages
    }

    private func follow(_ connections: [LoadConnection]) throws {
        var events = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !state.withLock({ $0.isEnded }) {
            guard poll(&events, nfds_t(events.count), 200) > 0 else { continue }
            var messages = 0
            for index in events.indices where events[index].revents != 0 {
                let count = recv(events[index].fd, &buffer, buffer.count, 0)
                guard count > 0 else {
                    throw LoadGenerator.Failed(description: "the node ended the stream of a screen")
                }
                messages += buffer[..<count].count { $0 == UInt8(ascii: "{") } > 0 ? 1 : 0
            }
            state.withLock { $0.messages += messages }
        }
    }
}
