/// Requests that are ready to be sent: all bytes in one buffer.
struct RequestBook: Sendable {
    enum Form: String, CaseIterable, Sendable {
        /// The whole report comes back.
        case plain
        /// `Prefer: return=minimal` (RFC 7240).
        case minimal
        /// `application/x-ndjson`: many reports in one request, one line of answer for each.
        case lines
    }

    private(set) var bytes: [UInt8] = []
    /// Where each request begins, and where the last one ends.
    private(set) var bounds: [Int] = [0]
    /// Reports in each request but perhaps the last.
    let reportsInRequest: Int
    let reports: Int

    /// Lines of one request of the form `lines`.
    static let lines = 200

    /// Whole requests, as they are.
    init(requests: [[UInt8]]) {
        reports = 0
        reportsInRequest = 0
        for request in requests {
            bytes += request
            bounds.append(bytes.count)
        }
    }

    /// `fields`: more lines of each head, for an API that is not open to all.
    init(_ bodies: [[UInt8]], form: Form, fields: String = "") {
        reports = bodies.count
        reportsInRequest = form == .lines ? Self.lines : 1
        var head = "POST /v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)"
        if form == .minimal { head += "Prefer: return=minimal\r\n" }
        head += "Content-Type: \(form == .lines ? "application/x-ndjson" : "application/json")\r\nContent-Length: "
        var index = 0
        while index < bodies.count {
            let part = bodies[index..<min(bodies.count, index + reportsInRequest)]
            let length = part.reduce(0) { $0 + $1.count } + (form == .lines ? part.count : 0)
            bytes += Array((head + "\(length)\r\n\r\n").utf8)
            for body in part {
                bytes += body
                if form == .lines { bytes.append(UInt8(ascii: "\n")) }
            }
            bounds.append(bytes.count)
            index += part.count
        }
    }

    var count: Int { bounds.count - 1 }
}
