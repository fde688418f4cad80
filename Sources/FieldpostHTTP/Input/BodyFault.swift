import NIOHTTP1

/// A body that did not come as it was announced: the client's or the network's fault, never this node's.
enum BodyFault: Error, Hashable, Sendable {
    /// The connection ended first.
    case cut
    /// Its chunks cannot be read.
    case malformed
    /// It took longer than `Limits.httpRequestSeconds`.
    case late

    /// What reading it threw.
    init(_ error: any Error) {
        self =
            switch error {
            case let fault as BodyFault: fault
            case let error as HTTPParserError where error != .invalidEOFState: .malformed
            default: .cut
            }
    }
}
