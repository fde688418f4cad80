/// What an entry of kind `auditEvent` says of somebody. The last one about him counts.
package enum AuditEvent: Hashable, Sendable {
    case enrollment(Enrollment)
    case access(Access)

    /// From the fields of such an entry; nil when they are about nobody.
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

    /// Of whom it is, for people.
    package var name: String {
        switch self {
        case .enrollment(let enrollment): enrollment.name
        case .access(let access): access.name
        }
    }
}
