import FieldpostCore

extension Violation {
    /// The violation with advice added: what is safe, and what to do next. The peer's operators read it in the goodbye,
    /// and this node's operators in the log.
    var withAdvice: Violation { Violation(code, "\(detail). \(code.advice)") }
}

extension Violation.Code {
    fileprivate var advice: String {
        switch self {
        case .badPreamble:
            "Nothing is lost. Check the dialled address: something other than a Fieldpost node may listen there, "
                + "or `insecure` may be set on one side only"
        case .unsupportedVersion:
            "Nothing is lost: each node keeps what it has. Install the same version of the program on both nodes"
        case .badChecksum, .frameTooSmall:
            "Nothing is lost: the next session sends it again. If this happens repeatedly, check the link between the "
                + "nodes, and the memory of both machines"
        default:
            "Nothing is lost: the sender keeps what has no receipt. If this happens repeatedly, one of the programs "
                + "has a defect or another version: compare `fieldpost --version` on both nodes"
        }
    }
}
