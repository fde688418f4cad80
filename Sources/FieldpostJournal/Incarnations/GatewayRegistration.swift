package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At central: stores a gateway, and compares its hello with what the journal holds of it.
    ///
    /// Throws `.violation(clone)` if a second incarnation claims to follow the same incarnation, until `acceptClone`
    /// accepts it. Throws `.violation(limitExceeded)` if the gateway has too many incarnations, until
    /// `forgetIncarnations` makes room.
    package func register(_ hello: Hello, stamp: Stamp) async throws(JournalError) -> Registered {
        switch try await queue.write(isVital: true, { context in try context.accept(hello, stamp: stamp) }) {
        case .accepted: break
        case .clone:
            throw .violation(
                Violation(
                    .clone,
                    "another incarnation of gateway \(hello.name) follows the same one as this: its card was cloned, "
                        + "or restored twice. An operator must look at it, and may run `fieldpost gateways "
                        + "accept-clone` at central"))
        case .oneTooMany:
            throw .violation(
                Violation(
                    .limitExceeded,
                    "central knows \(Limits.incarnationsPerNode) incarnations of gateway \(hello.name), and accepts no "
                        + "more. Its reports are safe on the gateway. An operator must look at it, and may run "
                        + "`fieldpost gateways accept-clone --forget` at central"))
        }
        return try await queue.write(isVital: true) { context in try context.register(hello, stamp: stamp) }
    }

    /// At central: an administrator has examined a gateway that was taken for a clone, and accepts all of its
    /// incarnations. Returns how many were waiting.
    package func acceptClone(_ gateway: NodeID) async throws(JournalError) -> Int {
        try await queue.write { context in
            try context.db.execute(
                sql: "UPDATE incarnations SET accepted = 1 WHERE node = ? AND accepted = 0", arguments: [gateway.column]
            )
            let count = context.db.changesCount
            // The gateway was refused before it could give what it keeps.
            if count > 0 { try context.fetchAgain(from: gateway) }
            return count
        }
    }

    /// At central: an administrator has examined the incarnations of a gateway. Forgets those without entries in the
    /// journal, so that there is room for others. Returns how many it forgot.
    package func forgetIncarnations(of gateway: NodeID) async throws(JournalError) -> Int {
        try await queue.write { context in
            let known = try Data.fetchAll(
                context.db, sql: "SELECT incarnation FROM incarnations WHERE node = ?", arguments: [gateway.column])
            var count = 0
            for incarnation in known.compactMap({ Incarnation(bytes: $0) }) {
                guard context.memory.origins[Origin(node: gateway, incarnation: incarnation)] == nil else { continue }
                try context.db.execute(
                    sql: "DELETE FROM incarnations WHERE node = ? AND incarnation = ?",
                    arguments: [gateway.column, incarnation.column])
                count += 1
            }
            try context.trust(gateway, .incarnations)
            return count
        }
    }

    /// At central: checks a gateway's position in the feed. If the gateway proves that this journal gave out what it
    /// does not hold now, begins a new incarnation and returns nil. Otherwise returns the position from which to serve
    /// the feed. If the claim cannot be proved, that is the position that the gateway last acknowledged.
    package func checkFeed(
        of gateway: NodeID, against pull: FeedPull, stamp: Stamp
    ) async throws(JournalError) -> FeedCursor? {
        try await queue.write { context in
            let claim = try context.judge(pull, of: gateway)
            let account = "It names a position in the feed, or an entry from it, that this node never gave out."
            let hasBegun = try context.handle(claim, of: gateway, .feed, account, stamp: stamp)
            guard !hasBegun else { return nil }
            let incarnation = context.memory.own.incarnation
            // Positions of another incarnation mean nothing in this one. The gateway skips what it already holds. It
            // could not go on from a proved position either: this journal may have lost the change of grids after which
            // the gateway deleted the bodies of reports. They are in its scope again, and only the whole feed has them.
            var held: UInt64 = 0
            if pull.after.incarnation == incarnation {
                held = try claim == .nothingNew ? pull.after.position : context.acknowledged(by: gateway)
            }
            return FeedCursor(incarnation: incarnation, position: try context.resumeFeed(of: gateway, after: held))
        }
    }
}

/// The answer to a hello under a gateway's incarnation.
private enum Admission {
    case accepted
    /// It follows the same incarnation as another one that was accepted.
    case clone
    /// The gateway has too many incarnations.
    case oneTooMany
}

extension WriteContext {
    /// Stores the incarnation of a gateway.
    fileprivate mutating func accept(_ hello: Hello, stamp: Stamp) throws -> Admission {
        let keys: StatementArguments = [hello.node.column, hello.incarnation.column]
        if let accepted = try Bool.fetchOne(
            db, sql: "SELECT accepted FROM incarnations WHERE node = ? AND incarnation = ?", arguments: keys)
        {
            return accepted ? .accepted : .clone
        }
        let count = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM incarnations WHERE node = ?", arguments: [hello.node.column])
        guard count ?? 0 < Limits.incarnationsPerNode else {
            try suspect(
                hello.node, .incarnations,
                "It said hello under more than \(Limits.incarnationsPerNode) incarnations of its journal. `fieldpost "
                    + "gateways accept-clone --forget` forgets the incarnations without entries on this node.")
            return .oneTooMany
        }
        let rival = try hello.predecessor.flatMap { predecessor in
            try Data.fetchOne(
                db, sql: "SELECT incarnation FROM incarnations WHERE node = ? AND predecessor = ? AND accepted",
                arguments: [hello.node.column, predecessor.column])
        }
        let waits = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM incarnations WHERE node = ? AND NOT accepted)",
            arguments: [hello.node.column])
        try db.execute(
            sql: "INSERT INTO incarnations (node, incarnation, predecessor, accepted) VALUES (?, ?, ?, ?)",
            arguments: [hello.node.column, hello.incarnation.column, hello.predecessor?.column, rival == nil])
        guard rival != nil else {
            try fetchAgain(from: hello.node)
            return .accepted
        }
        guard waits != true else { return .clone }
        try record(
            "Gateway \(hello.name) (\(hello.node.short)) has two incarnations that follow the same one: its card was "
                + "cloned, or restored twice. The second one waits until you run `fieldpost gateways accept-clone`.",
            stamp: stamp)
        return .clone
    }

    /// A gateway that was restored from a copy may hold again what this journal lost in its own restore. This is
    /// possible even if everything was fetched from it since.
    fileprivate func fetchAgain(from gateway: NodeID) throws {
        guard memory.role == .central, memory.identity.predecessor != nil else { return }
        try db.execute(
            sql: "UPDATE gateways SET fetched = \(FetchState.wantedOfNew) WHERE node = ? AND fetched = ?",
            arguments: [gateway.column, FetchState.done])
    }

    /// Checks the limit of incarnations before the first entry of an origin is stored.
    func admit(_ origin: Origin) throws {
        guard memory.role == .central, memory.origins[origin] == nil else { return }
        let count = memory.origins.numbers(of: origin.node).count
        guard count < Limits.incarnationsPerNode else {
            throw violation(
                .limitExceeded, "entries of more than \(Limits.incarnationsPerNode) incarnations of one gateway")
        }
    }

    fileprivate mutating func register(_ hello: Hello, stamp: Stamp) throws -> Registered {
        let isNew = memory.gateways[hello.node] == nil
        try register(hello.node, name: hello.name, grids: Set(hello.grids))
        if isNew, memory.identity.predecessor != nil {
            try db.execute(
                sql: "UPDATE gateways SET fetched = \(FetchState.wantedOfNew) WHERE node = ?",
                arguments: [hello.node.column])
        }
        // Other nodes may have seen what the gateway wrote before, through another central node.
        let own = hello.heads.filter { $0.origin.node == hello.node && $0.seq > 0 }.prefix(Limits.incarnationsPerNode)
        for head in own where memory.origins[head.origin] == nil {
            var row = try origin(head.origin)
            row.known = seen(of: head, by: hello)
            setOrigin(row)
        }
        // Of all receipts that it shows, the one that proves most counts.
        var claim = Claim.nothingNew
        for receipt in hello.receipts where receipt.head.origin.node == hello.node {
            if case .proved = claim { break }
            let next = try judge(receipt, of: hello.node)
            if next != .nothingNew { claim = next }
        }
        let hasBegun = try handle(
            claim, of: hello.node, .receipts, "It has receipts for more entries than this node holds.", stamp: stamp)
        try judgeClaims(by: hello)
        let heads = heads(for: hello)
        let proofs = heads.compactMap { head in
            memory.proofKey.map { (head.origin, $0.proof(of: head, to: hello.node, in: memory.own.incarnation)) }
        }
        return Registered(
            heads: heads, proofs: Dictionary(proofs) { first, _ in first },
            wantsFetch: try mustBeFetched(hello.node), missing: try missing(at: hello.node),
            early: hasBegun ? [] : try early(of: hello), hasBegun: hasBegun)
    }

    /// The heads of the gateway's origins: first those that the hello names, then the latest, up to the limit of one
    /// message.
    private func heads(for hello: Hello) -> [Head] {
        let named = Set(hello.heads.map(\.origin))
        return memory.origins.of(hello.node).filter { $0.head > 0 }
            .sorted {
                (named.contains($0.origin) ? 0 : 1, -$0.number) < (named.contains($1.origin) ? 0 : 1, -$1.number)
            }
            .prefix(Limits.listedOrigins).sorted { $0.number < $1.number }.map(\.position)
    }

    /// Handles a claim that this journal lost something. Returns true if a new incarnation began.
    fileprivate mutating func handle(
        _ claim: Claim, of gateway: NodeID, _ kind: Suspicion.Kind, _ account: String, stamp: Stamp
    ) throws -> Bool {
        // A new incarnation began because this journal was restored. That explains what the journal lacks of a gateway,
        // until everything was fetched from that gateway.
        let isExplained = try mustBeFetched(gateway)
        switch claim {
        case .nothingNew: try trust(gateway, kind)
        case .unproved: if !isExplained { try suspect(gateway, kind, account) }
        case .proved(let incarnation):
            // From now on that incarnation is known, so that the same proof says nothing new.
            _ = try origin(Origin(node: memory.own.node, incarnation: incarnation))
            guard incarnation == memory.own.incarnation || !isExplained else { return false }
            try begin(IncarnationStart(.centralRestored(gateway: gateway), stamp: stamp))
            return true
        }
        return false
    }

    func fetchState(of gateway: NodeID) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT fetched FROM gateways WHERE node = ?", arguments: [gateway.column])
            ?? FetchState.unasked
    }

    private func mustBeFetched(_ gateway: NodeID) throws -> Bool {
        try [FetchState.wanted, FetchState.wantedOfNew].contains(fetchState(of: gateway))
    }

    /// The last position of its feed that a gateway acknowledged.
    fileprivate func acknowledged(by gateway: NodeID) throws -> UInt64 {
        let position = try Int64.fetchOne(
            db, sql: "SELECT acknowledged FROM gateways WHERE node = ?", arguments: [gateway.column])
        return UInt64(clamping: position ?? 0)
    }
}

/// The column `fetched` of a gateway: whether the entries of others that it keeps were fetched.
enum FetchState {
    /// Never asked for: this journal was not restored since it knows the gateway.
    static let unasked = 0
    static let done = 1
    /// Must be fetched, because the present incarnation began after a restore.
    static let wanted = 2
    /// Like `wanted`, but this journal met the gateway after the restore, or the gateway was restored since. So only
    /// proved entries are taken.
    static let wantedOfNew = 3
}
