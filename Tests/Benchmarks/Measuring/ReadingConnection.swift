import Glibc

/// A blocking connection that asks whether a node shows a report.
final class ReadingConnection {
    private let connection: LoadConnection

    init(port: Int) throws { connection = try LoadConnection(port: port) }

    /// The status of the answer.
    func get(_ path: String) throws -> Int {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        try request.withUnsafeBytes { try connection.start(0, $0, 0, $0.count) }
        while true {
            var event = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, 10_000) > 0 else { throw LoadGenerator.Failed(description: "no answer in 10 s") }
            if let answer = try connection.read() { return answer.status }
        }
    }
}
