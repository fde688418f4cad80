package import FieldpostCore

/// The result of redeeming a token.
package struct Redeemed: Hashable, Sendable {
    package let enrollment: Enrollment
    /// The gateway that the new one replaced.
    package let revoked: NodeID?

    package init(enrollment: Enrollment, revoked: NodeID?) {
        self.enrollment = enrollment
        self.revoked = revoked
    }
}
