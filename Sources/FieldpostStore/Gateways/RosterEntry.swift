package import FieldpostCore

/// The latest audit event about a gateway, terminal or person, and its depth. A greater depth means a later event.
package struct RosterEntry: Hashable, Sendable {
    package let depth: UInt64
    package let event: AuditEvent

    package init(depth: UInt64, event: AuditEvent) {
        self.depth = depth
        self.event = event
    }
}
