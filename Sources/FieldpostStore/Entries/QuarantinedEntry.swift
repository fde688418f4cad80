package import FieldpostCore

/// An entry that is kept but not merged.
package struct QuarantinedEntry: Hashable, Sendable {
    package let dot: Dot
    package let reason: String
    package let byteCount: Int

    package init(dot: Dot, reason: String, byteCount: Int) {
        self.dot = dot
        self.reason = reason
        self.byteCount = byteCount
    }
}
