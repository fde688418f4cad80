import FieldpostCore
import HTTPTypes

/// The conditional header fields (RFC 9110, section 13), as far as this API gives them a meaning.
enum Conditions {
    /// `If-Match`: what the author had seen. Nil without the field and for `*`: what this node holds now. Throws
    /// `.badHeader`.
    ///
    /// What a proxy made of a tag still names the same version: weakened (`W/`), or with a suffix for the way it
    /// compressed the answer. Of a list only one member may be a tag of ours: no author has seen two versions last.
    static func seen(_ headers: HTTPFields) throws(Problem) -> ReportVersion? {
        guard let value = headers[.ifMatch], value != "*" else { return nil }
        let members = tags(value)
        let found = Set(members.compactMap { $0.flatMap { EntityTag(text: $0) } })
        guard !members.contains(nil), found.count == 1, let tag = found.first else {
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
        return value == "*" || tags(value).contains(tag.text)
    }

    /// What proxies append to a tag when they compress (Apache's mod_deflate and mod_brotli, Jetty).
    private static let suffixes = ["-gzip", ";gzip", "--gzip", "-br", ";br", "-deflate", "-zstd"]

    /// The texts between the quotes, without a proxy's suffix; nil for a member that is no tag. A tag of ours holds no
    /// comma; one that ends like a suffix stands for itself.
    private static func tags(_ value: String) -> [String?] {
        value.split(separator: ",", omittingEmptySubsequences: false).map { member in
            var member = member.trimmedField
            if member.hasPrefix("W/") { member.removeFirst(2) }
            guard member.count >= 2, member.hasPrefix("\""), member.hasSuffix("\"") else { return nil }
            let text = String(member.dropFirst().dropLast())
            guard EntityTag(text: text) == nil else { return text }
            let suffix = suffixes.first { text.hasSuffix($0) && EntityTag(text: text.dropLast($0.count)) != nil }
            return suffix.map { String(text.dropLast($0.count)) } ?? text
        }
    }
}
