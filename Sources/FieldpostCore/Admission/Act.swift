/// What an entry of kind `act` says of somebody. The last one about him counts.
package enum Act: Hashable, Sendable {
    case enrolment(Enrolment)
    case access(Access)

    /// From the fields of such an entry; nil when they are about nobody.
    package init?(fields: [FieldName: FieldValue]) {
        if let access = Access(fields: fields) {
            self = .access(access)
        } else if let enrolment = Enrolment(fields: fields) {
            self = .enrolment(enrolment)
        } else {
            return nil
        }
    }

    package var fields: [FieldName: FieldValue] {
        switch self {
        case .enrolment(let enrolment): enrolment.fields
        case .access(let access): access.fields
        }
    }

    /// Of whom it is, for people.
    package var name: String {
        switch self {
        case .enrolment(let enrolment): enrolment.name
        case .access(let access): access.name
        }
    }
}
