/// How the values of header fields are read (RFC 9110, section 5.6): blanks are those two, and letters those of ASCII.
/// Whoever reads them by the rules of Unicode reads something else than the proxy before the node.
extension StringProtocol {
    /// Without blanks and tabs at its ends.
    var trimmedField: String {
        var bytes = Substring(self).utf8
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(Substring(bytes))
    }

    /// With the letters of ASCII in lower case.
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
