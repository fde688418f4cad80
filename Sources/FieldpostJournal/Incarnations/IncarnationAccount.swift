import FieldpostCore

extension IncarnationStart.Cause {
    /// What happened, as text for the journal and for people.
    var account: String {
        switch self {
        case .restored(let reason, _):
            "The database was restored from a copy: \(reason)."
        case .rewound(_, let held, let peer):
            "The machine was restored from a copy: central holds \(peer) entries of this node, this journal \(held)."
        case .laterIncarnation:
            "The machine was restored from a copy: central knows a later incarnation of this node."
        case .forked(let origin, let agreed):
            "The machine was restored from a copy and written to since: after entry \(agreed) of \(origin), "
                + "central holds different entries from this journal."
        case .broken(let origin, let after):
            "Entry \(after + 1) of \(origin) is corrupt, and nothing here proves what it was."
        case .centralRestored(let gateway):
            "This node was restored from a copy: gateway \(gateway.short) holds entries that this node has lost."
        }
    }

    /// Where the own entries begin that move to the new incarnation.
    var divergence: (origin: Origin, agreed: UInt64)? {
        switch self {
        case .forked(let origin, let agreed), .broken(let origin, let agreed): (origin, agreed)
        default: nil
        }
    }
}
