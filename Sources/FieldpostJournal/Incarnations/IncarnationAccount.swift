import FieldpostCore

extension IncarnationStart.Cause {
    /// What happened, for the journal and for people.
    var account: String {
        switch self {
        case .restored(let reason, _):
            "The database was put back from a copy: \(reason)."
        case .rewound(_, let held, let peer):
            "The machine was put back from a copy: central holds \(peer) entries of this node, this journal \(held)."
        case .laterIncarnation:
            "The machine was put back from a copy: central knows a later incarnation of this node."
        case .forked(let origin, let agreed):
            "The machine was put back from a copy and written to since: after entry \(agreed) of \(origin), "
                + "central holds other entries than this journal."
        case .broken(let origin, let after):
            "Entry \(after + 1) of \(origin) became corrupt beyond what its hash can prove."
        case .centralRestored(let gateway):
            "This node was put back from a copy: gateway \(gateway.short) holds what it no longer does."
        }
    }

    /// Where the own entries begin that the new incarnation takes over.
    var divergence: (origin: Origin, agreed: UInt64)? {
        switch self {
        case .forked(let origin, let agreed), .broken(let origin, let agreed): (origin, agreed)
        default: nil
        }
    }
}
