/// What an entry of kind `auditEvent` says about one gateway, person or terminal. The last event about it counts.
package enum AuditEvent: Hashable, Sendable {
    case enrollment(Enrollment)
    case access(Access)

    /// Reads the fields of such an entry; nil when they name nobody.
    package init?(fields: [FieldName: FieldValue]) {
        if let access = Access(fields: fields) {
            self = .access(access)
        } else if let enrollment = Enrollment(fields: fields) {
            self = .enrollment(enrollment)
        } else {
            return nil
        }
    }

    package var fields: [FieldName: FieldValue] {
        switch self {
        case .enrollment(let enrollment): enrollment.fields
        case .access(let access): access.fields
        }
    }

    /// The name of the gateway, person or terminal, for people.
    package var name: String {
        switch self {
        case .enrollment(let enrollment): enrollment.name
        case .access(let access): access.name
        }
    }
}
