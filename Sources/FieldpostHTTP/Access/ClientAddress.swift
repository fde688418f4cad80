import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// The address for which requests are counted: an IPv4 address, or the network of an IPv6 address (its first 64 bits),
/// because one client usually has the whole network.
enum ClientAddress {
    /// A reverse proxy on this machine gives the client's address as the last one in `X-Forwarded-For`. That field is
    /// ignored from other machines.
    static func of(_ request: Request, _ context: APIContext) -> String {
        of(context.address) { forwarded.flatMap { request.headers[values: $0].last } }
    }

    static func of(_ head: RequestHead, from address: SocketAddress?) -> String {
        of(address) { head.last("x-forwarded-for") }
    }

    private static let forwarded = HTTPField.Name("X-Forwarded-For")

    private static func of(_ address: SocketAddress?, forwarded: () -> String?) -> String {
        guard let own = address?.ipAddress else { return "local" }
        guard isLoopback(own), let last = forwarded()?.split(separator: ",").last else {
            return network(of: own) ?? own
        }
        let forwarded = last.trimmedField
        return network(of: forwarded) ?? network(of: own) ?? own
    }

    private static func isLoopback(_ text: String) -> Bool {
        text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.")
    }

    /// Returns nil if the text is not an address.
    static func network(of text: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return dotted(bytes.prefix(4)) }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        // An IPv4 address in the form of IPv6 (RFC 4291, section 2.5.5.2).
        let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return dotted(isMapped ? bytes.suffix(4) : bytes.prefix(8))
    }

    private static func dotted(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { String($0) }.joined(separator: ".")
    }
}
