import Glibc

/// One keep-alive connection of the load generator. Only its thread uses it.
final class LoadConnection {
    struct Answer {
        let status: Int
        /// Of the body; line feeds count as lines.
        let bytes: Int
        let lines: Int
    }

    private enum Phase {
        case head
        /// Bytes of the body that are still to come.
        case body(Int)
        case chunkSize
        /// With the line break after it.
        case chunk(Int)
        case trailer
    }

    let descriptor: Int32
    private(set) var request = 0
    private(set) var started: UInt64 = 0
    private(set) var isBusy = false
    private var sent = 0
    private var end = 0
    private var phase = Phase.head
    private var status = 0
    private var bytes = 0
    private var lines = 0
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: LoadConnection.room, alignment: 16)
    private var filled = 0
    private var lastHead = ""

    private static let room = 256 * 1024

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafeBytes(of: address) { raw in
            raw.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
            }
        }
        guard result == 0 else { throw LoadGenerator.Failed(description: "no connection to port \(port): \(errno)") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Whether a part of the request is not with the kernel yet.
    var isSending: Bool { isBusy && sent < end }

    /// The head of the last answer, and what was read after it.
    var lastText: String { lastHead }

    func start(_ index: Int, _ bytes: UnsafeRawBufferPointer, _ first: Int, _ last: Int) throws {
        (request, sent, end, isBusy) = (index, first, last, true)
        (phase, self.bytes, lines, status) = (.head, 0, 0, 0)
        started = ProcessMeter.now()
        try send(bytes)
    }

    func send(_ bytes: UnsafeRawBufferPointer) throws {
        while sent < end {
            let count = Glibc.send(
                descriptor, bytes.baseAddress.map { $0 + sent }, end - sent, Int32(MSG_NOSIGNAL))
            guard count > 0 else {
                if errno == EAGAIN { return }
                throw LoadGenerator.Failed(description: "send: \(errno)")
            }
            sent += count
        }
    }

    /// The answer, when it is whole.
    func read() throws -> Answer? {
        while true {
            let space = Self.room - filled
            let count = recv(descriptor, buffer + filled, space, 0)
            if count == 0 { throw LoadGenerator.Failed(description: "the node closed a connection. \(lastHead)") }
            guard count > 0 else {
                if errno == EAGAIN { return nil }
                throw LoadGenerator.Failed(description: "recv: \(errno)")
            }
            filled += count
            if try parse() {
                isBusy = false
                return Answer(status: status, bytes: bytes, lines: lines)
            }
            guard count == space else { return nil }
        }
    }

    /// Takes what is whole from the buffer. True at the end of an answer.
    private func parse() throws -> Bool {
        var position = 0
        defer {
            if position > 0 {
                memmove(buffer, buffer + position, filled - position)
                filled -= position
            }
        }
        while true {
            switch phase {
            case .head:
                guard let length = find("\r\n\r\n", from: position) else { return false }
                let head = UnsafeRawBufferPointer(start: buffer + position, count: length)
                try read(head: head, rest: filled - position)
                position += length + 4
                if case .body(0) = phase { return true }
            case .body(let left):
                let part = min(left, filled - position)
                count(position, part)
                position += part
                phase = .body(left - part)
                if part < left { return false }
                return true
            case .chunkSize:
                guard let length = find("\r\n", from: position) else { return false }
                let text = String(
                    decoding: UnsafeRawBufferPointer(start: buffer + position, count: length), as: UTF8.self)
                guard let size = Int(text.prefix { $0.isHexDigit }, radix: 16) else {
                    throw LoadGenerator.Failed(description: "a chunk of \(text)")
                }
                position += length + 2
                phase = size == 0 ? .trailer : .chunk(size + 2)
            case .chunk(let left):
                let part = min(left, filled - position)
                // The line break that ends a chunk is not part of the body.
                count(position, max(0, min(part, left - 2)))
                position += part
                phase = left == part ? .chunkSize : .chunk(left - part)
                if part < left { return false }
            case .trailer:
                guard let length = find("\r\n", from: position) else { return false }
                position += length + 2
                return true
            }
        }
    }

    private func read(head: UnsafeRawBufferPointer, rest: Int) throws {
        status = 0
        for byte in head[min(9, head.count)..<min(12, head.count)] { status = status * 10 + Int(byte) - 48 }
        if !(200..<300).contains(status) {
            lastHead = String(decoding: UnsafeRawBufferPointer(start: head.baseAddress, count: rest), as: UTF8.self)
        }
        if let length = Self.length(in: head) {
            phase = .body(length)
        } else if status == 204 || Self.find("hunked", in: head) == nil {
            phase = .body(0)
        } else {
            phase = .chunkSize
        }
    }

    /// The value of `Content-Length`, in any case of its two capitals.
    private static func length(in head: UnsafeRawBufferPointer) -> Int? {
        var place = 0
        while let found = find("ontent-", in: UnsafeRawBufferPointer(rebasing: head[place...])) {
            place += found + 8
            guard place + 8 < head.count, let start = head.baseAddress.map({ $0 + place }),
                memcmp(start, "ength: ", 7) == 0
            else { continue }
            return atol((start + 7).assumingMemoryBound(to: CChar.self))
        }
        return nil
    }

    private static func find(_ text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, bytes.count >= text.utf8CodeUnitCount else { return nil }
        let end = start + bytes.count - text.utf8CodeUnitCount + 1
        var place = start
        while place < end, let found = memchr(place, Int32(text.utf8Start[0]), end - place) {
            if memcmp(found, text.utf8Start, text.utf8CodeUnitCount) == 0 { return UnsafeRawPointer(found) - start }
            place = UnsafeRawPointer(found) + 1
        }
        return nil
    }

    private func find(_ text: StaticString, from position: Int) -> Int? {
        let start = buffer + position
        return Self.find(text, in: UnsafeRawBufferPointer(start: start, count: filled - position))
    }

    private func count(_ position: Int, _ length: Int) {
        bytes += length
        var place = buffer + position
        let end = place + length
        while place < end, let found = memchr(place, 10, end - place) {
            lines += 1
            place = found + 1
        }
    }
}
