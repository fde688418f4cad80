import FieldpostCore
import HTTPTypes

/// The conditional header fields (RFC 9110, section 13) that this API uses.
enum Conditions {
    /// `If-Match`: what the author had seen. Returns nil without the field and for `*`, which mean what this node holds
    /// now. Throws `.badHeader`.
    ///
    /// A tag that a proxy changed still names the same version: weakened (`W/`), or with a suffix for the compression.
    /// A list may contain only one tag of ours, because an author has seen one version last.
    static func seen(_ headers: HTTPFields) throws(Problem) -> ReportVersion? {
        guard let value = headers[.ifMatch], value != "*" else { return nil }
        let members = tags(value)
        let found = Set(members.compactMap { $0.flatMap { EntityTag(text: $0) } })
        guard !members.contains(nil), found.count == 1, let tag = found.first else {
            throw Problem(
                .badHeader,
                "`If-Match` must be one `ETag` that a node gave for this report, or `*`. Nothing was changed. "
                    + "Read the report again and use its `ETag`.")
        }
        return tag.version
    }

    /// `If-None-Match`: whether the client already holds this version.
    static func isHeld(_ tag: EntityTag, _ headers: HTTPFields) -> Bool {
        guard let value = headers[.ifNoneMatch] else { return false }
        return value == "*" || tags(value).contains(tag.text)
    }

    /// `If-None-Match`: the tags that the client holds, of a kind other than `EntityTag`.
    static func tags(_ headers: HTTPFields) -> Set<String> {
        Set(tags(headers[.ifNoneMatch] ?? "").compactMap(\.self))
    }

    /// The suffixes that proxies add to a tag when they compress (Apache's mod_deflate and mod_brotli, Jetty).
    private static let suffixes = ["-gzip", ";gzip", "--gzip", "-br", ";br", "-deflate", "-zstd"]

    /// The texts between the quotes, without a proxy's suffix. Nil for a member that is not a tag. Our tags contain no
    /// comma. A tag of ours that ends like a suffix is left unchanged.
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
