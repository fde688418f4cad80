package import FieldpostCore
import FieldpostNode
import HTTPTypes

/// The caller of a request, which decides what the request may do.
package enum Caller: Hashable, Sendable {
    /// The caller sent no valid credentials.
    case nobody
    /// The caller uses the admin socket, or the API is open to everyone (`http_open`).
    case trusted
    case terminal(name: String, channel: String)
    /// A person's account at central.
    case account(name: String, role: AccessRole)
    /// A resident, who uses the port for residents.
    case resident

    init(_ access: Access) {
        if case .terminal(let channel) = access.role {
            self = .terminal(name: access.name, channel: channel)
        } else {
            self = .account(name: access.name, role: access.role)
        }
    }

    /// May read reports and the node's status.
    var mayRead: Bool {
        switch self {
        case .trusted, .account: true
        case .terminal(_, let channel): channel != FieldInput.sensor
        case .nobody, .resident: false
        }
    }

    /// May change existing reports.
    var mayEdit: Bool {
        if case .account(_, let role) = self { return role != .viewer }
        return mayRead
    }

    /// May send some kinds of reports.
    var mayReport: Bool {
        switch self {
        case .trusted, .terminal, .resident: true
        case .account(_, let role): role != .viewer
        case .nobody: false
        }
    }

    /// The author of a change. Throws `.forbidden` if a person who logged in gives another name.
    func author(saying author: String) throws(Problem) -> String {
        guard case .account(let name, _) = self else { return author }
        guard author.isEmpty || author == name else {
            throw Problem(
                .forbidden, "You are logged in as \(name), but the change names another author. Nothing was changed.")
        }
        return name
    }

    /// Throws `.forbidden` if this caller may not send the report.
    func check(_ report: NewReport) throws(Problem) {
        let fields = report.change.fields
        switch self {
        case .trusted, .account: return
        case .nobody: throw Self.forbidden("a login or a token")
        case .terminal(let name, let channel):
            guard fields[.channel] == .text(channel) else {
                throw Problem(
                    .forbidden,
                    "The token of \(name) may only send reports by the channel \(channel). Nothing was changed.")
            }
        case .resident:
            guard fields[.channel] == .text(FieldInput.suishoupai) else {
                throw Problem(
                    .forbidden,
                    "This port accepts only reports by the channel \(FieldInput.suishoupai). Nothing was changed.")
            }
            let handling: [FieldName] = [.stage, .department, .priority]
            guard let field = handling.first(where: { fields[$0] != nil }) else { return }
            throw Problem(
                .forbidden, "Residents may not set \"\(field.rawValue)\". Nothing was changed. Leave it out.")
        }
    }

    static func forbidden(_ needed: String) -> Problem {
        Problem(
            .forbidden,
            "Permission denied: this needs \(needed). Nothing was changed. Ask the node's operator for permission.")
    }
}
