/// What central's administrators decided about one gateway. The last audit event about it counts.
package struct Enrollment: Hashable, Sendable {
    package let gateway: NodeID
    package var state: State
    /// The name that people use.
    package var name: String
    /// The grids whose reports the gateway may see.
    package var grids: [String]

    package enum State: String, Hashable, Sendable, CaseIterable {
        case enrolled
        /// Refused at every hello until it is enrolled again.
        case revoked
    }

    package init(gateway: NodeID, state: State = .enrolled, name: String, grids: [String]) {
        self.gateway = gateway
        self.state = state
        self.name = name
        self.grids = grids
    }
}

extension Enrollment {
    /// What is wrong with a gateway's name, for people; nil when the name is valid.
    package static func defect(ofName name: String) -> String? {
        NameRule.defect(name).map { "the gateway's name \($0)" }
    }

    /// What is wrong with the grids of a gateway, for people; nil when all are valid.
    package static func defect(ofGrids grids: [String]) -> String? {
        guard grids.count <= Limits.listedOrigins, grids.reduce(0, { $0 + $1.utf8.count }) <= Limits.gridsBytes else {
            return "at most \(Limits.listedOrigins) grids are allowed, with \(Limits.gridsBytes) bytes in total"
        }
        return grids.lazy.compactMap { NameRule.defect($0) }.first.map { "a grid \($0)" }
    }

    /// The fields that store this in an entry of kind `auditEvent`.
    package var fields: [FieldName: FieldValue] {
        [
            .auditGateway: .text(gateway.description), .auditState: .text(state.rawValue), .auditName: .text(name),
            .auditGrids: .text(grids.joined(separator: "\n")),
        ]
    }

    /// Reads those fields; nil when one is missing or invalid.
    package init?(fields: [FieldName: FieldValue]) {
        guard case .text(let gateway)? = fields[.auditGateway], let gateway = NodeID(hex: gateway),
            case .text(let state)? = fields[.auditState], let state = State(rawValue: state),
            case .text(let name)? = fields[.auditName], case .text(let grids)? = fields[.auditGrids]
        else { return nil }
        self.init(gateway: gateway, state: state, name: name, grids: grids.split(separator: "\n").map(String.init))
    }
}

extension FieldName {
    fileprivate static let auditGateway = FieldName(rawValue: "gateway")
    fileprivate static let auditState = FieldName(rawValue: "state")
    fileprivate static let auditName = FieldName(rawValue: "name")
    fileprivate static let auditGrids = FieldName(rawValue: "grids")
}
