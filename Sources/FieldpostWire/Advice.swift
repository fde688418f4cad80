import FieldpostCore

extension Violation {
    /// The same, with what is safe and what to do next: the peer's people read it in the goodbye, and this node's in
    /// the log.
    var withAdvice: Violation { Violation(code, "\(detail). \(code.advice)") }
}

extension Violation.Code {
    fileprivate var advice: String {
        switch self {
        case .badPreamble:
            "Nothing is lost. Look at the address that is dialled: something else than a Fieldpost node may be there, "
                + "or `insecure` is set on one side alone"
        case .unsupportedVersion:
            "Nothing is lost: each node keeps what it has. Bring both nodes to the same version of the program"
        case .badChecksum, .frameTooSmall:
            "Nothing is lost: it is sent again in the next session. If this goes on, look at the link between the "
                + "nodes, and at the memory of both machines"
        default:
            "Nothing is lost: the sender keeps what has no receipt. If this goes on, one of the two programs is at "
                + "fault, or of another version: compare `fieldpost --version` on both nodes"
        }
    }
}
