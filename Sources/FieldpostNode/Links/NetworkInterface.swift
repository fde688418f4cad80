// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Glibc

/// The network interfaces of this machine (getifaddrs(3)).
package enum NetworkInterface {
    /// The name of the interface that has an address, in numeric form. Nil if none has it any more.
    package static func name(of address: String) -> String? {
        guard let wanted = AddressPrefix(String(address.prefix { $0 != "%" })) else { return nil }
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        var next = first
        while let entry = next?.pointee {
            next = entry.ifa_next
            if let text = text(of: entry.ifa_addr), wanted.contains(text) { return String(cString: entry.ifa_name) }
        }
        return nil
    }

    private static func text(of address: UnsafeMutablePointer<sockaddr>?) -> String? {
        guard let address else { return nil }
        let family = CInt(address.pointee.sa_family)
        let size: Int
        switch family {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, socklen_t(size), &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
