/// One person or terminal that may use the HTTP API of a node, with its role. The last audit event about the name
/// decides.
package struct Access: Hashable, Sendable {
    /// The name of the terminal or the person. It is unique at this node.
    package let name: String
    package var role: AccessRole
    /// Of a person.
    package var assignment: Assignment
    /// A presented secret is checked against this value. It is never the secret itself.
    package var verifier: String
    package var isRevoked: Bool

    package init(
        name: String, role: AccessRole, assignment: Assignment = Assignment(), verifier: String, isRevoked: Bool = false
    ) {
        self.name = name
        self.role = role
        self.assignment = assignment
        self.verifier = verifier
        self.isRevoked = isRevoked
    }
}

/// What a caller may do.
package enum AccessRole: Hashable, Sendable {
    /// At a gateway: a terminal. Its reports come in by one channel.
    case terminal(channel: String)
    /// A person. Each of these roles may do all that the one before it may do. A viewer reads. Staff also report, add
    /// notes and photos, and take the steps of their work group. A dispatcher also edits reports and takes all steps.
    /// An admin also does what is reserved for administrators.
    case viewer, staff, dispatcher, admin
    /// At central, beside these: reads as a viewer does, and sees what reporters took back. Each such look is recorded.
    case evidence
    /// At a gateway: a terminal that acts as a person (`Pairing`).
    case paired(channel: String, mark: String, person: String)

    /// The form that an audit event stores.
    package var text: String {
        switch self {
        case .terminal(let channel): "terminal \(channel)"
        case .viewer: "viewer"
        case .staff: "staff"
        case .dispatcher: "dispatcher"
        case .admin: "admin"
        case .evidence: "evidence"
        case .paired(let channel, let mark, let person): "paired \(channel) \(mark) \(person)"
        }
    }

    package init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("paired", 2):
            let pairing = parts[1].split(separator: " ", maxSplits: 2).map(String.init)
            guard pairing.count == 3 else { return nil }
            self = .paired(channel: pairing[0], mark: pairing[1], person: pairing[2])
        case ("terminal", 2): self = .terminal(channel: parts[1])
        case ("viewer", 1): self = .viewer
        case ("staff", 1): self = .staff
        case ("dispatcher", 1): self = .dispatcher
        case ("admin", 1): self = .admin
        case ("evidence", 1): self = .evidence
        default: return nil
        }
    }

    /// The roles of people.
    package static let people: [AccessRole] = [.viewer, .staff, .dispatcher, .admin, .evidence]

    package var isOfPerson: Bool { Self.people.contains(self) }

    /// The role of the nodes that give this access role.
    package var nodeRole: Role { isOfPerson ? .central : .gateway }
}

extension Access {
    /// What is wrong with a name, for people; nil when the name is valid. A colon is refused because HTTP Basic
    /// authentication ends the name at it (RFC 7617, section 2).
    package static func defect(ofName name: String) -> String? {
        if let defect = NameRule.defect(name) { return "the name \(defect)" }
        return name.contains(":") ? "the name contains a colon" : nil
    }

    /// The fields that store this in an entry of kind `auditEvent`.
    package var fields: [FieldName: FieldValue] {
        var fields: [FieldName: FieldValue] = [
            .auditAccess: .text(name), .auditRole: .text(role.text), .auditVerifier: .text(verifier),
            .auditState: .text(isRevoked ? Self.revoked : Self.given),
        ]
        if let group = assignment.group { fields[.auditGroup] = .text(group.rawValue) }
        if !assignment.department.isEmpty { fields[.auditDepartment] = .text(assignment.department) }
        if !assignment.grids.isEmpty { fields[.auditGrids] = .text(assignment.grids.joined(separator: "\n")) }
        return fields
    }

    /// Reads those fields; nil when one is missing or invalid.
    package init?(fields: [FieldName: FieldValue]) {
        guard case .text(let name)? = fields[.auditAccess], case .text(let role)? = fields[.auditRole],
            let role = AccessRole(text: role), case .text(let verifier)? = fields[.auditVerifier],
            case .text(let state)? = fields[.auditState], [Self.given, Self.revoked].contains(state)
        else { return nil }
        func text(_ field: FieldName) -> String { if case .text(let text)? = fields[field] { text } else { "" } }
        let assignment = Assignment(
            group: Workflow.Actor(rawValue: text(.auditGroup)), department: text(.auditDepartment),
            grids: text(.auditGrids).split(separator: "\n").map(String.init))
        self.init(
            name: name, role: role, assignment: assignment, verifier: verifier, isRevoked: state == Self.revoked)
    }

    private static let given = "given"
    private static let revoked = "revoked"
}

extension FieldName {
    fileprivate static let auditAccess = FieldName(rawValue: "access")
    fileprivate static let auditRole = FieldName(rawValue: "role")
    fileprivate static let auditVerifier = FieldName(rawValue: "verifier")
    fileprivate static let auditState = FieldName(rawValue: "state")
    fileprivate static let auditGroup = FieldName(rawValue: "group")
    fileprivate static let auditDepartment = FieldName(rawValue: "department")
    fileprivate static let auditGrids = FieldName(rawValue: "grids")
}

extension Access {
    /// The person whom a list of people names. Nil if this program does not know the role, or if what is said of the
    /// person is not valid.
    package init?(_ person: Person) {
        guard let role = AccessRole(text: person.role), role.isOfPerson else { return nil }
        let group = Workflow.Actor(rawValue: person.group)
        guard group != nil || person.group.isEmpty else { return nil }
        let assignment = Assignment(group: group, department: person.department, grids: person.grids)
        guard Self.defect(ofName: person.name) == nil, assignment.defect(for: role) == nil else { return nil }
        self.init(name: person.name, role: role, assignment: assignment, verifier: person.verifier)
    }
}
