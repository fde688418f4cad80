/// The address of the residents' page, as posters and links name it.
package enum PublicURL {
    /// "https://nk.example.cn/": a scheme, a host, perhaps a port, and nothing else. Other texts would break the links
    /// that are made of it.
    package static func isValid(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix), text.utf8.count <= 253 else {
            return false
        }
        var place = text.dropFirst(scheme.count)
        if place.hasSuffix("/") { place.removeLast() }
        return !place.isEmpty
            && place.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }

    /// With a slash at its end.
    package static func base(_ text: String) -> String { text.hasSuffix("/") ? text : text + "/" }
}
