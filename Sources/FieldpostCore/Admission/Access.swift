/// Who may use the HTTP API of a node, and for what: what the last audit event about that name says.
package struct Access: Hashable, Sendable {
    /// Of the terminal or the person; the only one of its name at this node.
    package let name: String
    package var role: AccessRole
    /// What a secret that is shown is checked against; never the secret.
    package var verifier: String
    package var isRevoked: Bool

    package init(name: String, role: AccessRole, verifier: String, isRevoked: Bool = false) {
        self.name = name
        self.role = role
        self.verifier = verifier
        self.isRevoked = isRevoked
    }
}

/// What somebody may do.
package enum AccessRole: Hashable, Sendable {
    /// At a gateway: a terminal, whose reports come in by one channel.
    case terminal(channel: String)
    /// At central, each with all that the one before may: read; report, edit and act; and, as an administrator, what
    /// is there for these alone.
    case viewer, dispatcher, admin

    /// As an audit event says it.
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

    /// The role whose nodes give it.
    package var nodeRole: Role {
        if case .terminal = self { .gateway } else { .central }
    }
}

extension Access {
    /// What is wrong with a name, for people; nil when nothing is. A colon would end it in HTTP's own log-in
    /// (RFC 7617, section 2).
    package static func defect(ofName name: String) -> String? {
        if let defect = NameRule.defect(name) { return "the name \(defect)" }
        return name.contains(":") ? "the name holds a colon" : nil
    }

    /// The fields in which an entry of kind `auditEvent` says it.
    package var fields: [FieldName: FieldValue] {
        [
            .auditAccess: .text(name), .auditRole: .text(role.text), .auditVerifier: .text(verifier),
            .auditState: .text(isRevoked ? Self.revoked : Self.given),
        ]
    }

    /// From those fields, or nil.
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
