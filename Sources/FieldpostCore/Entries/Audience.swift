/// For whom the words of a note or a step are, as a number in entries. A number that this program does not know is for
/// staff: what a later version keeps from the public, an earlier one shows to nobody.
package struct Audience: Hashable, Sendable, RawRepresentable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// For staff only.
    package static let inside = Audience(rawValue: 0)
    /// For the reporter too, and whoever shows the report's receipt.
    package static let everyone = Audience(rawValue: 1)

    package var isPublic: Bool { self == .everyone }

    /// As the API names it.
    package var name: String { isPublic ? "public" : "inside" }

    package static let names = [inside.name, everyone.name]

    /// Nil for another name.
    package init?(name: String) {
        guard let audience = [Self.inside, .everyone].first(where: { $0.name == name }) else { return nil }
        self = audience
    }
}
