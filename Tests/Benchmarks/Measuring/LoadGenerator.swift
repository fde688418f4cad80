import Dispatch
import Glibc

/// Sends requests over keep-alive connections, one at a time on each, from one thread. It costs a few microseconds a
/// request, so that it takes little from the node that is measured.
struct LoadGenerator: Sendable {
    var port: Int
    var clients = 16
    /// Requests a second in total; nil: as fast as the answers come.
    var rate: Double?
    var seconds = 300.0

    struct Outcome: Sendable {
        /// Requests with a status of 2xx, and others.
        var done = 0
        var refused = 0
        /// Of the bodies of the answers.
        var bytes = 0
        var lines = 0
        var seconds = 0.0
        /// Processor time of the generator's own thread.
        var ownMicroseconds = 0.0
        /// By request; 0: no answer.
        var answered: [UInt64]
        var took: [UInt64] = []
        /// The first answer that was no success.
        var refusal: String?

        var latencies: Latencies { Latencies(took) }
    }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs on a thread of its own.
    func run(_ book: RequestBook) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try send(book) }) }
        }
    }

    private func send(_ book: RequestBook) throws -> Outcome {
        let connections = try (0..<clients).map { _ in try LoadConnection(port: port) }
        var events = connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var outcome = Outcome(answered: [UInt64](repeating: 0, count: book.count))
        outcome.took.reserveCapacity(book.count)
        var next = 0
        let own = ProcessMeter.now(CLOCK_THREAD_CPUTIME_ID)
        let start = ProcessMeter.now()
        let deadline = start + UInt64(seconds * 1e9)
        try book.bytes.withUnsafeBytes { bytes in
            while outcome.done + outcome.refused < book.count {
                let now = ProcessMeter.now()
                guard now < deadline else { break }
                var wait: Int32 = 1000
                for connection in connections where next < book.count && !connection.isBusy {
                    if let rate {
                        let due = start + UInt64(Double(next) * 1e9 / rate)
                        if now < due {
                            wait = min(wait, Int32((due - now) / 1_000_000))
                            break
                        }
                    }
                    try connection.start(next, bytes, book.bounds[next], book.bounds[next + 1])
                    next += 1
                }
                for (index, connection) in connections.enumerated() {
                    events[index].events = Int16(connection.isSending ? POLLIN | POLLOUT : POLLIN)
                }
                guard poll(&events, nfds_t(events.count), wait) > 0 else { continue }
                for (index, connection) in connections.enumerated() where events[index].revents != 0 {
                    if connection.isSending { try connection.send(bytes) }
                    guard let answer = try connection.read() else { continue }
                    outcome.take(answer, of: connection)
                    if rate == nil, next < book.count {
                        try connection.start(next, bytes, book.bounds[next], book.bounds[next + 1])
                        next += 1
                    }
                }
            }
        }
        outcome.seconds = Double(ProcessMeter.now() - start) / 1e9
        outcome.ownMicroseconds = Double(ProcessMeter.now(CLOCK_THREAD_CPUTIME_ID) - own) / 1000
        return outcome
    }
}

extension LoadGenerator.Outcome {
    fileprivate mutating func take(_ answer: LoadConnection.Answer, of connection: LoadConnection) {
        let now = ProcessMeter.now()
        bytes += answer.bytes
        lines += answer.lines
        guard (200..<300).contains(answer.status) else {
            refused += 1
            if refusal == nil { refusal = connection.lastText }
            return
        }
        done += 1
        answered[connection.request] = now
        took.append(now - connection.started)
    }
}
