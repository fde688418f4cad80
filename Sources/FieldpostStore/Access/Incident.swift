package import FieldpostCore

/// Something that happened to this node's journal. `account` is the text for people.
package struct Incident: Hashable, Sendable {
    package let dot: Dot
    package let account: String
    package let stamp: Stamp
    /// A person has resolved it, so it raises no alarm any more.
    package let isResolved: Bool

    package init(dot: Dot, account: String, stamp: Stamp, isResolved: Bool) {
        self.dot = dot
        self.account = account
        self.stamp = stamp
        self.isResolved = isResolved
    }
}
