package import FieldpostCore

/// An action of an administrator of this node.
package struct RecordedAuditEvent: Hashable, Sendable {
    package let dot: Dot
    package let author: String
    package let account: String
    package let stamp: Stamp

    package init(dot: Dot, author: String, account: String, stamp: Stamp) {
        self.dot = dot
        self.author = author
        self.account = account
        self.stamp = stamp
    }
}
