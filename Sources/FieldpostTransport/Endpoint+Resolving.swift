// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Glibc

/// Why a host has no address here.
package struct UnknownHost: Error, Hashable, Sendable, CustomStringConvertible {
    package let endpoint: Endpoint
    package let reason: String
    /// True when the resolver did not answer and may do so later. False when the name is wrong.
    package let isTemporary: Bool

    package var description: String { "\(endpoint.host) has no address here (\(reason))" }
}

extension Endpoint {
    /// All addresses of the host as numbers, in the resolver's order. `*` means every address of this machine. A name
    /// is looked up in the network. Throws `UnknownHost`.
    package func resolved() throws(UnknownHost) -> [Endpoint] {
        guard host != "*" else { return [Endpoint(host: Self.hasIPv6 ? "::" : "0.0.0.0", port: port)] }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw UnknownHost(
                endpoint: self, reason: String(cString: gai_strerror(status)), isTemporary: status == EAI_AGAIN)
        }
        defer { freeaddrinfo(list) }
        var found: [Endpoint] = []
        for next in sequence(first: list, next: { $0?.pointee.ai_next }) {
            guard let info = next?.pointee, let text = Self.numbers(info) else { break }
            let endpoint = Endpoint(host: text, port: port)
            if !found.contains(endpoint) { found.append(endpoint) }
        }
        return found
    }

    /// The addresses to listen on: every address of the host that this machine has, all with one port. With several
    /// addresses, port 0 becomes one free port for all; with one address, it stays 0. An address that cannot be bound
    /// for another reason is kept, so that binding it reports the reason. Throws `UnknownHost`.
    package func listening() throws(UnknownHost) -> [Endpoint] {
        let all = try resolved()
        guard all.count > 1 else { return all }
        let here = all.filter { $0.probe().status != .notHere }
        guard let first = here.first, here.count > 1 else { return here.isEmpty ? all : here }
        guard port == 0 else { return here }
        for _ in 0..<Self.portTrials {
            guard let port = first.probe().port else { break }
            let chosen = here.map { Endpoint(host: $0.host, port: port) }
            if chosen.allSatisfy({ $0.probe().status == .free }) { return chosen }
        }
        return here
    }

    private static let portTrials = 32

    private enum Probe {
        case free, taken, notHere
    }

    /// Binds a socket to the address, and closes it again.
    private func probe() -> (status: Probe, port: Int?) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let info = list?.pointee else { return (.notHere, nil) }
        defer { freeaddrinfo(list) }
        let descriptor = socket(info.ai_family, info.ai_socktype | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return (errno == EAFNOSUPPORT ? .notHere : .taken, nil) }
        defer { close(descriptor) }
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        guard bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 else {
            return (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT ? .notHere : .taken, nil)
        }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        // The port is at the same offset in both kinds of address.
        let port = withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
        return (.free, isKnown ? port : nil)
    }

    /// "127.0.0.1", "fe80::1%eth0".
    private static func numbers(_ info: addrinfo) -> String? {
        guard [AF_INET, AF_INET6].contains(info.ai_family) else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = getnameinfo(
            info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var hasIPv6: Bool { Endpoint(host: "::", port: 0).probe().status == .free }
}
