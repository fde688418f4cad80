/// What two nodes compare to find out whether they hold the same.
package struct NodeDigest: Codable, Hashable, Sendable {
    package var reports: Int
    /// 64 hexadecimal digits.
    package var digest: String

    package init(reports: Int, digest: String) {
        self.reports = reports
        self.digest = digest
    }
}
