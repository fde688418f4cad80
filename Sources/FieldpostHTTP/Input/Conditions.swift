import FieldpostCore
import HTTPTypes

/// The conditional header fields (RFC 9110, section 13), as far as this API gives them a meaning.
enum Conditions {
    /// `If-Match`: what the author had seen. Nil without the field and for `*`: what this node holds now. Throws
    /// `.badHeader`.
    ///
    /// A tag that a proxy weakened (`W/`) still names the same version.
    static func seen(_ headers: HTTPFields) throws(Problem) -> ReportVersion? {
        guard let value = headers[.ifMatch], value != "*" else { return nil }
        let tags = tags(value)
        guard tags.count == 1, let tag = tags[0].flatMap({ EntityTag(text: $0) }) else {
            throw Problem(
                .badHeader,
                "`If-Match` must be one `ETag` that a node gave for this report, or `*`. Nothing was changed; "
                    + "read the report again and use its `ETag`.")
        }
        return tag.version
    }

    /// `If-None-Match`: whether the client already holds this version.
    static func isHeld(_ tag: EntityTag, _ headers: HTTPFields) -> Bool {
        guard let value = headers[.ifNoneMatch] else { return false }
        return value == "*" || tags(value).contains(tag.text[...])
    }

    /// The texts between the quotes; nil for a member that is no tag. A tag of ours holds no comma.
    private static func tags(_ value: String) -> [Substring?] {
        value.split(separator: ",", omittingEmptySubsequences: false).map { member in
            var member = member.drop { $0 == " " || $0 == "\t" }
            while let last = member.last, last == " " || last == "\t" { member.removeLast() }
            if member.hasPrefix("W/") { member = member.dropFirst(2) }
            guard member.count >= 2, member.hasPrefix("\""), member.hasSuffix("\"") else { return nil }
            return member.dropFirst().dropLast()
        }
    }
}
