import FieldpostCore
import FieldpostSession

/// What can come next in a world.
enum Happening {
    case start(SimulatedNode)
    case dial(SimulatedNode)
    /// The next message of a direction comes in.
    case deliver(Connection, to: Connection.Side)
    /// The connection is known to be gone at one end.
    case broken(any ConnectionEnd, reason: String)
    case tick(SimulatedSession)
    /// The journal was written to: its sessions hear of it.
    case committed(SimulatedSession)
    case work(SimulatedSession, SimulatedSession.Queue)
    case answer(SimulatedSession, SimulatedSession.Queue, SimulatedSession.Answer)
    case scrub(SimulatedNode)
    /// A gateway counts its running time, and lets go of what is old enough.
    case retain(SimulatedNode)
    /// It asks central for what it needs again.
    case fetch(SimulatedNode)
    case terminal(Terminal)
    case request(Terminal, attempt: Int)
    case answered(Terminal, attempt: Int, Terminal.Answer)
    case fault(PlannedFault)
    /// Central's administrators see to what is not done yet.
    case administer
    case actOtherwise
    case end(of: FaultKind, SimulatedNode)
    case dialLying(Liar)
    /// A gateway that lies does so of itself, or answers central's fetch.
    case lie(LiarSession)
    case lyingAnswer(LiarSession, Fetch)
    case inspect
    case heal
    case judge
}
