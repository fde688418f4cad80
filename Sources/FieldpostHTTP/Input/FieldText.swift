/// Reads the values of header fields (RFC 9110, section 5.6). White space means space and tab, and letters are those of
/// ASCII. Code that used Unicode's rules would read values differently from a proxy in front of the node.
extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmedField: String {
        var bytes = Substring(self).utf8
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(Substring(bytes))
    }

    /// With ASCII letters in lower case.
    var loweredField: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    /// The members of a list, in lower case and without empty ones.
    var fieldMembers: [String] {
        Substring(self).utf8.split(separator: UInt8(ascii: ",")).map { Substring($0).trimmedField.loweredField }
            .filter { !$0.isEmpty }
    }
}
