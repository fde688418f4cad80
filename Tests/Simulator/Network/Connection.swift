import FieldpostCore
import FieldpostWire

/// One connection between a gateway and central: two directions, each in order.
final class Connection {
    enum Side: Int {
        case gateway, central
        var other: Side { self == .gateway ? .central : .gateway }
    }

    enum Parcel {
        case message(Message)
        case frame([UInt8])
        /// The sender closed the connection.
        case end
    }

    /// The data on the way to one side.
    struct Direction {
        var parcels: [Parcel] = []
        /// When the last parcel arrives.
        var lastArrival: UInt64 = 0
        var decoder = MessageDecoder()
        var hasEnded = false
    }

    let gateway: SimulatedNode
    private var sessions: [(any ConnectionEnd)?] = [nil, nil]
    var directions = [Direction(), Direction()]
    /// Nothing arrives any more, and neither side learns of it.
    var isHalfOpen = false
    /// Nothing arrives any more, and both sides learn of it sooner or later.
    var isBroken = false

    init(gateway: SimulatedNode) {
        self.gateway = gateway
        for index in directions.indices { directions[index].decoder.append(Preamble.bytes) }
    }

    subscript(side: Side) -> (any ConnectionEnd)? {
        get { sessions[side.rawValue] }
        set { sessions[side.rawValue] = newValue }
    }

    func forgetSessions() { sessions = [nil, nil] }
}
