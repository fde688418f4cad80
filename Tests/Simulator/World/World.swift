import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostSession
import FieldpostStore

/// One seed's world: nodes, links, people and faults in virtual time. Everything in it is derived from the seed.
///
/// A single loop takes the next event, and waits for all its work before it takes the one after. So the queues of the
/// journals never run in parallel.
final class World {
    static let stepLimit = 400_000
    /// Milliseconds after the end of the faults in which all nodes must agree.
    static let healingMilliseconds: UInt64 = 600_000

    let plan: Plan
    var random: Randomness
    private(set) var now: UInt64 = 0
    private(set) var steps = 0
    private var queue = EventQueue<Happening>()
    /// Central is the first.
    var nodes: [SimulatedNode] = []
    /// Lying gateways. They are not in `nodes`.
    var liars: [Liar] = []
    var terminals: [Terminal] = []
    /// All connections that ever existed.
    var connections: [Connection] = []
    var oracle = Oracle()
    var finding: Finding?
    var isHealing = false
    var isDone = false
    var healedAt: UInt64 = 0
    /// Why the nodes did not agree at the last check.
    var lastReason = ""
    var counts: [String: Int] = [:]
    /// Lines about what happened; nil when nobody reads them.
    var trace: [String]?

    init(plan: Plan, isTracing: Bool) {
        self.plan = plan
        random = Randomness(seed: plan.seed &* 0x9E37 &+ 1)
        trace = isTracing ? [] : nil
    }

    /// Runs until the nodes agree, or until the first finding.
    func run() async -> Verdict {
        setUp()
        while finding == nil, !isDone, let (happening, moment) = queue.pop() {
            now = max(now, moment)
            steps += 1
            if steps > Self.stepLimit { fail(.convergence, "\(steps) steps") }
            await handle(happening)
        }
        if finding == nil, !isDone { fail(.convergence, "nothing more happens, but the nodes do not agree") }
        for node in nodes { try? node.journal?.close() }
        // Sessions, connections and nodes reference each other, and so the nodes' disks.
        for connection in connections { connection.forgetSessions() }
        for node in nodes { node.sessions = [] }
        for liar in liars { liar.session = nil }
        return Verdict(
            seed: plan.seed, finding: finding, acknowledged: oracle.acknowledged.count, gone: oracle.gone.count,
            counts: counts, steps: steps, milliseconds: now, trace: trace ?? [])
    }

    private func setUp() {
        for number in 0...plan.gateways {
            nodes.append(
                SimulatedNode(
                    number: number, grids: plan.grids.first[number], seed: random.next(),
                    latency: plan.latencyMilliseconds))
        }
        for node in nodes { schedule(.start(node), after: draw(0...500)) }
        setUpLiars()
        for number in 0..<plan.terminals {
            let home = number == 0 ? 1 : Int.random(in: 0...plan.gateways, using: &random)
            let terminal = Terminal(number: number, home: home, operations: plan.operations)
            terminals.append(terminal)
            schedule(.terminal(terminal), after: draw(1000...3000))
        }
        for change in plan.grids.changes { schedule(.administer, after: change.at) }
        for moment in plan.events { schedule(.recordOtherEvents, after: moment) }
        for fault in plan.faults { schedule(.fault(fault), after: fault.at) }
        schedule(.inspect, after: 10_000)
        schedule(.heal, after: plan.safetyMilliseconds)
    }

    private func handle(_ happening: Happening) async {
        switch happening {
        case .start(let node): await start(node)
        case .dial(let node): await dial(node)
        case .deliver(let connection, let side): deliver(connection, to: side)
        case .broken(let session, let reason): session.hangUp(reason)
        case .tick(let session): session.tick()
        case .grew(let session): await session.grew()
        case .work(let session, let queue): await session.work(queue)
        case .answer(let session, let queue, let answer): session.take(answer, of: queue)
        case .closePhotos(let blobs, let node):
            await blobs.close()
            worked(on: node)
        case .scrub(let node): await scrub(node)
        case .retain(let node): await retain(node)
        case .keepFeeds(let node): await keepFeeds(node)
        case .fetch(let node): await fetch(node)
        case .terminal(let terminal): await wake(terminal)
        case .request(let terminal, let attempt): await serve(terminal, attempt: attempt)
        case .answered(let terminal, let attempt, let answer): take(answer, by: terminal, attempt: attempt)
        case .fault(let fault): await strike(fault)
        case .administer: await administer()
        case .dialLying(let liar): await dialLying(liar)
        case .lie(let session): await session.tick()
        case .lyingAnswer(let session, let fetch): await answerLying(session, fetch)
        case .recordOtherEvents: await recordOtherEvents()
        case .end(let kind, let node): end(kind, at: node)
        case .inspect: inspect()
        case .heal: await heal()
        case .judge: await judge()
        }
    }

    // MARK: For all that happens

    func schedule(_ happening: Happening, after milliseconds: UInt64) {
        queue.push(happening, at: now + milliseconds)
    }

    func draw(_ range: ClosedRange<UInt64>) -> UInt64 { .random(in: range, using: &random) }

    func chance(percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    func identifier<ID: Identifier128>() -> ID { ID(UInt128(random.next()) << 64 | UInt128(random.next())) }

    func note(_ line: @autoclosure () -> String) {
        guard trace != nil else { return }
        let seconds = String(now / 1000), rest = String(1000 + now % 1000).dropFirst()
        trace?.append(String(repeating: " ", count: max(6 - seconds.count, 0)) + "\(seconds).\(rest)  \(line())")
    }

    func count(_ what: String) { counts[what, default: 0] += 1 }

    func fail(_ check: Check, _ detail: String) {
        guard finding == nil else { return }
        note("FOUND \(check.rawValue): \(detail)")
        finding = Finding(check: check, detail: detail)
    }
}
