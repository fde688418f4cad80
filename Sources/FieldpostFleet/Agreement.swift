/// A gateway's digest over all that it holds, beside central's over the same scope.
package struct Agreement: Codable, Hashable, Sendable {
    package let gateway: String
    package let reports: Int
    package let digest: String
    package let centralDigest: String

    package var isEqual: Bool { digest == centralDigest }
}
