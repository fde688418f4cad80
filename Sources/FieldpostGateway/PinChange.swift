import FieldpostCore

/// A change of a gateway's enrollment while it runs.
struct PinChange: CustomStringConvertible {
    let from: NodeID?
    let to: NodeID?

    var description: String {
        switch (from, to) {
        case (_, nil): "this gateway is no longer enrolled with a central node"
        case (nil, let central?): "this gateway was enrolled with the central node \(central.short)"
        case (_, let central?): "this gateway was enrolled with another central node, \(central.short)"
        }
    }
}
