import FieldpostCore
import FieldpostSession

/// The things that can happen next in a world.
enum Happening {
    case start(SimulatedNode)
    case dial(SimulatedNode)
    /// The next message of a direction arrives.
    case deliver(Connection, to: Connection.Side)
    /// One end learns that the connection is broken.
    case broken(any ConnectionEnd, reason: String)
    case tick(SimulatedSession)
    /// The journal was written to: its sessions are notified.
    case grew(SimulatedSession)
    case work(SimulatedSession, SimulatedSession.Queue)
    case answer(SimulatedSession, SimulatedSession.Queue, SimulatedSession.Answer)
    case closePhotos(SessionBlobs, SimulatedNode)
    case scrub(SimulatedNode)
    /// A gateway counts its running time, and prunes what is old enough.
    case retain(SimulatedNode)
    /// Central goes on with backfills, and deletes rows of feeds that gateways hold.
    case keepFeeds(SimulatedNode)
    /// It asks central for the entries that it needs again.
    case fetch(SimulatedNode)
    case terminal(Terminal)
    case request(Terminal, attempt: Int)
    case answered(Terminal, attempt: Int, Terminal.Answer)
    case fault(PlannedFault)
    /// Central's administrators record audit events that are still missing.
    case administer
    case recordOtherEvents
    case end(of: FaultKind, SimulatedNode)
    case dialLying(Liar)
    /// A lying gateway lies by itself, or answers central's fetch.
    case lie(LiarSession)
    case lyingAnswer(LiarSession, Fetch)
    case inspect
    case heal
    case judge
}
