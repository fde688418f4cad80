import Dispatch
import Foundation
import Glibc

/// A connection on which a test sends any bytes, and reads the answers as they arrive.
package final class RawConnection: Sendable {
    package struct Answer {
        package let status: Int
        package let head: String
        package let body: String

        /// The value of a header field, by its name in lower case.
        package func field(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name):") }.map {
                $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
            }
        }
    }

    package enum Place: Sendable {
        case port(Int)
        case socket(String)
    }

    package struct Failed: Error {
        package let call: String
    }

    private let descriptor: Int32
    private static let queue = DispatchQueue(label: "raw connections", attributes: .concurrent)

    /// `seconds`: in which an answer must begin. On two processors, hundreds of tests at once can be late.
    package init(to place: Place, seconds: Int = 60) throws {
        let (family, length): (Int32, Int) =
            switch place {
            case .port: (AF_INET, MemoryLayout<sockaddr_in>.size)
            case .socket: (AF_UNIX, MemoryLayout<sockaddr_un>.size)
            }
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var bytes = [UInt8](repeating: 0, count: length)
        switch place {
        case .port(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            bytes = withUnsafeBytes(of: address) { Array($0) }
        case .socket(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            bytes = withUnsafeBytes(of: address) { Array($0) }
        }
        let result = bytes.withUnsafeBytes { raw in
            raw.baseAddress.map { connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(length)) }
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            throw Failed(call: "connect")
        }
    }

    deinit { Glibc.close(descriptor) }

    package func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The same for more bytes than the system takes at once: waiting must not block a thread that the server needs.
    package func deliver(_ bytes: [UInt8]) async { await onQueue { $0.send(bytes) } }

    /// Will end with a reset, as with a terminal that loses its network.
    package func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    /// Says that nothing more follows.
    package func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next answer. Nil if the connection ends first, or nothing arrives. `isHead`: it has no body.
    package func answer(isHead: Bool = false) async -> Answer? {
        await onQueue { connection in
            var head: [UInt8] = []
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let byte = connection.byte() else { return nil }
                head.append(byte)
            }
            let text = String(decoding: head, as: UTF8.self)
            let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            let answer = Answer(status: status, head: text, body: "")
            let length = isHead || status < 200 ? 0 : answer.field("content-length").flatMap { Int($0) } ?? 0
            var body: [UInt8] = []
            while body.count < length, let byte = connection.byte() { body.append(byte) }
            return Answer(status: status, head: text, body: String(decoding: body, as: UTF8.self))
        }
    }

    /// All that comes until the peer hangs up, `count` bytes at most. `isLate`: nothing came for too long.
    package func bytes(atMost count: Int) async -> (bytes: [UInt8], isLate: Bool) {
        await onQueue { connection in
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while bytes.count < count {
                let received = recv(connection.descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
                guard received > 0 else { return (bytes, received < 0 && errno != ECONNRESET) }
                bytes += buffer.prefix(received)
            }
            return (bytes, false)
        }
    }

    /// Whether the server ends the connection without an answer.
    package func isClosed() async -> Bool {
        await onQueue { connection in
            var byte: UInt8 = 0
            let count = recv(connection.descriptor, &byte, 1, 0)
            return count == 0 || count < 0 && errno == ECONNRESET
        }
    }

    private func byte() -> UInt8? {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 1 ? byte : nil
    }

    /// Waiting must not block a thread that the server needs.
    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable (RawConnection) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Self.queue.async { continuation.resume(returning: body(self)) }
        }
    }
}

extension RawConnection.Answer: Sendable {}
