import FieldpostCore

/// One end of a connection: a session of the product, or a gateway that lies.
protocol ConnectionEnd: AnyObject {
    var node: SimulatedNode { get }
    var side: Connection.Side { get }
    var connection: Connection { get }
    var isOver: Bool { get }
    /// Who is at the other end, once that said so.
    var peerNode: NodeID? { get }

    func received(_ message: Message)
    /// The connection is gone: nothing more can be said.
    func hangUp(_ reason: String)
}
