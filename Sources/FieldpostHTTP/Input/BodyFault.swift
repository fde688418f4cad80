import NIOHTTP1

/// A body that did not arrive as announced. This is the fault of the client or the network, never of this node.
enum BodyFault: Error, Hashable, Sendable {
    /// The connection ended before the end of the body.
    case cut
    /// Its chunks cannot be read.
    case malformed
    /// It took longer than `Limits.httpRequestSeconds`.
    case late

    /// The fault for an error that reading the body threw.
    init(_ error: any Error) {
        self =
            switch error {
            case let fault as BodyFault: fault
            case let error as HTTPParserError where error != .invalidEOFState: .malformed
            default: .cut
            }
    }
}
