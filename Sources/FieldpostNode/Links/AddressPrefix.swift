import Glibc

/// A network of IP addresses, such as 10.8.0.0/16, or one address.
package struct AddressPrefix: Hashable, Sendable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil for another form, and if bits after the prefix are set.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let bytes = Self.bytes(of: parts[0]) else { return nil }
        self.bytes = bytes
        guard parts.count == 2 else {
            bits = bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), parts[1].utf8.first.map({ $0 != 0x2B && $0 != 0x2D }) == true,
            (0...(bytes.count * 8)).contains(bits)
        else { return nil }
        self.bits = bits
        for bit in bits..<(bytes.count * 8) where Self.isSet(bit, in: bytes) { return nil }
    }

    /// `address`: in numeric form, of IPv4 or IPv6.
    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        return (0..<bits).allSatisfy { Self.isSet($0, in: bytes) == Self.isSet($0, in: other) }
    }

    private static func isSet(_ bit: Int, in bytes: [UInt8]) -> Bool { bytes[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 }

    /// 4 or 16 bytes; an IPv4 address that is mapped into IPv6 (RFC 4291, 2.5.5.2) counts as one of IPv4.
    private static func bytes(of text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        let address = text.prefix { $0 != "%" }
        guard inet_pton(AF_INET6, String(address), &sixteen) == 1 else { return nil }
        let isMapped = sixteen.prefix(10).allSatisfy { $0 == 0 } && sixteen[10] == 0xFF && sixteen[11] == 0xFF
        return isMapped ? Array(sixteen[12...]) : sixteen
    }
}
