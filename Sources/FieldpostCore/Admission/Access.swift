/// One person or terminal that may use the HTTP API of a node, with its role. The last audit event about the name
/// decides.
package struct Access: Hashable, Sendable {
    /// The name of the terminal or the person. It is unique at this node.
    package let name: String
    package var role: AccessRole
    /// A presented secret is checked against this value. It is never the secret itself.
    package var verifier: String
    package var isRevoked: Bool

    package init(name: String, role: AccessRole, verifier: String, isRevoked: Bool = false) {
        self.name = name
        self.role = role
        self.verifier = verifier
        self.isRevoked = isRevoked
    }
}

/// What a caller may do.
package enum AccessRole: Hashable, Sendable {
    /// At a gateway: a terminal. Its reports come in by one channel.
    case terminal(channel: String)
    /// At central. Each of these roles may do all that the one before it may do. A viewer reads, a dispatcher also
    /// reports, edits and handles reports, and an admin also does what is reserved for administrators.
    case viewer, dispatcher, admin

    /// The form that an audit event stores.
    package var text: String {
        switch self {
        case .terminal(let channel): "terminal \(channel)"
        case .viewer: "viewer"
        case .dispatcher: "dispatcher"
        case .admin: "admin"
        }
    }

    package init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("terminal", 2): self = .terminal(channel: parts[1])
        case ("viewer", 1): self = .viewer
        case ("dispatcher", 1): self = .dispatcher
        case ("admin", 1): self = .admin
        default: return nil
        }
    }

    /// The role of the nodes that give this access role.
    package var nodeRole: Role {
        if case .terminal = self { .gateway } else { .central }
    }
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
        [
            .auditAccess: .text(name), .auditRole: .text(role.text), .auditVerifier: .text(verifier),
            .auditState: .text(isRevoked ? Self.revoked : Self.given),
        ]
    }

    /// Reads those fields; nil when one is missing or invalid.
    package init?(fields: [FieldName: FieldValue]) {
        guard case .text(let name)? = fields[.auditAccess], case .text(let role)? = fields[.auditRole],
            let role = AccessRole(text: role), case .text(let verifier)? = fields[.auditVerifier],
            case .text(let state)? = fields[.auditState], [Self.given, Self.revoked].contains(state)
        else { return nil }
        self.init(name: name, role: role, verifier: verifier, isRevoked: state == Self.revoked)
    }

    private static let given = "given"
    private static let revoked = "revoked"
}

extension FieldName {
    fileprivate static let auditAccess = FieldName(rawValue: "access")
    fileprivate static let auditRole = FieldName(rawValue: "role")
    fileprivate static let auditVerifier = FieldName(rawValue: "verifier")
    fileprivate static let auditState = FieldName(rawValue: "state")
}
