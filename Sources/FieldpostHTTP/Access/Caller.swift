package import FieldpostCore
import FieldpostNode
import HTTPTypes

/// Who asks, and so what he may do.
package enum Caller: Hashable, Sendable {
    /// Showed nothing that lets him in.
    case nobody
    /// Through the admin socket, or where the API is open to all (`http_open`).
    case trusted
    case terminal(name: String, channel: String)
    /// At central.
    case account(name: String, role: AccessRole)
    /// The public, by the port that is there for it.
    case resident

    init(_ access: Access) {
        if case .terminal(let channel) = access.role {
            self = .terminal(name: access.name, channel: channel)
        } else {
            self = .account(name: access.name, role: access.role)
        }
    }

    /// May look at reports and at the node's status.
    var mayRead: Bool {
        switch self {
        case .trusted, .account: true
        case .terminal(_, let channel): channel != FieldInput.sensor
        case .nobody, .resident: false
        }
    }

    /// May change reports that are there.
    var mayEdit: Bool {
        if case .account(_, let role) = self { return role != .viewer }
        return mayRead
    }

    /// May send reports of some kind.
    var mayReport: Bool {
        switch self {
        case .trusted, .terminal, .resident: true
        case .account(_, let role): role != .viewer
        case .nobody: false
        }
    }

    /// Whom a change is said to be by. Throws `.forbidden` when somebody who logged in by name says another.
    func author(saying author: String) throws(Problem) -> String {
        guard case .account(let name, _) = self else { return author }
        guard author.isEmpty || author == name else {
            throw Problem(
                .forbidden, "You are logged in as \(name), and the change names another author. Nothing was changed.")
        }
        return name
    }

    /// Throws `.forbidden` for a report that this caller may not send.
    func check(_ report: NewReport) throws(Problem) {
        let fields = report.change.fields
        switch self {
        case .trusted, .account: return
        case .nobody: throw Self.forbidden("report")
        case .terminal(let name, let channel):
            guard fields[.channel] == .text(channel) else {
                throw Problem(
                    .forbidden,
                    "The token of \(name) is for reports by the channel \(channel) alone. Nothing was changed.")
            }
        case .resident:
            guard fields[.channel] == .text(FieldInput.suishoupai) else {
                throw Problem(
                    .forbidden,
                    "This port takes reports by the channel \(FieldInput.suishoupai) alone. Nothing was changed.")
            }
            let handling: [FieldName] = [.stage, .department, .priority]
            guard let field = handling.first(where: { fields[$0] != nil }) else { return }
            throw Problem(
                .forbidden, "\"\(field.rawValue)\" is not for residents to set. Nothing was changed; leave it out.")
        }
    }

    static func forbidden(_ what: String) -> Problem {
        Problem(.forbidden, "You may not \(what) here. Nothing was changed; ask the node's operator for the role to.")
    }
}
