import FieldpostCore

/// One end of a connection: a session of the product, or a gateway that lies.
protocol ConnectionEnd: AnyObject {
    var node: SimulatedNode { get }
    var side: Connection.Side { get }
    var connection: Connection { get }
    var isOver: Bool { get }
    /// The node at the other end, once it has said hello.
    var peerNode: NodeID? { get }

    func received(_ message: Message)
    /// The connection has ended: nothing more can be sent.
    func hangUp(_ reason: String)
}
