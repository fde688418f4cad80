import FieldpostCore

/// Converts the messages of fetches and of the divergence search from their generated types, and checks each.
enum FetchReader {
    static func fetch(_ wire: WireFetch) throws(Violation) -> Fetch {
        Fetch(range: wire.foreign ? try foreign(wire) : try run(wire))
    }

    private static func foreign(_ wire: WireFetch) throws(Violation) -> Fetch.Range {
        guard wire.origin.isEmpty, wire.first == 0, wire.last == 0 else {
            throw Violation(.malformedMessage, "a fetch of foreign entries with a run")
        }
        return .foreign(after: wire.hasAfter ? try MessageParts.dot(wire.after, "after") : nil)
    }

    private static func run(_ wire: WireFetch) throws(Violation) -> Fetch.Range {
        guard !wire.hasAfter else { throw Violation(.malformedMessage, "a fetch of a run with `after`") }
        guard wire.first > 0, wire.first <= wire.last, wire.last <= Limits.seq else {
            throw Violation(.malformedMessage, "a fetch from seq \(wire.first) to \(wire.last)")
        }
        return .run(try MessageParts.origin(wire.origin), first: wire.first, last: wire.last)
    }

    static func locate(_ wire: WireLocate) throws(Violation) -> Locate {
        var points: [Head] = []
        for point in wire.points { points.append(try MessageParts.head(point)) }
        guard let first = points.first else { throw Violation(.malformedMessage, "a locate without points") }
        for (point, next) in zip(points, points.dropFirst()) {
            guard next.origin == first.origin else {
                throw Violation(.malformedMessage, "a locate with points of several origins")
            }
            guard point.seq < next.seq else {
                throw Violation(.malformedMessage, "a locate whose point \(next.seq) comes after \(point.seq)")
            }
        }
        return Locate(points: points)
    }

    static func located(_ wire: WireLocated) throws(Violation) -> Located {
        Located(
            origin: try MessageParts.origin(wire.origin), agreed: try MessageParts.seqOrNone(wire.agreed, "agreed"),
            differing: try MessageParts.seqOrNone(wire.differing, "differing"))
    }
}
