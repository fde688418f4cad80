package import FieldpostCore
import Foundation
import GRDB

/// What central found out about a gateway from its hello.
package struct Registered: Hashable, Sendable {
    /// What is held of the gateway's origins.
    package let heads: [Head]
    /// Central's proofs of these.
    package let proofs: [Origin: HeadProof]
    /// The gateway keeps entries of others that central may have lost.
    package let wantsFetch: Bool
    /// Entries of any origin that are corrupt or withheld here.
    package let missing: [Fetch.Range]
    /// The gateway proves that it has receipts for entries that this journal does not hold: it was put back from a
    /// copy, and has begun a new incarnation.
    package let hasBegun: Bool
}

extension Journal {
    /// At central: makes a gateway known, and compares its hello with what is held of it.
    ///
    /// Throws `.violation(clone)` for a second incarnation that claims to follow the same one, until `acceptClone`
    /// accepts it, and `.violation(limitExceeded)` for one more than a gateway can have, until `forgetIncarnations`
    /// makes room.
    package func register(_ hello: Hello, stamp: Stamp) async throws(JournalError) -> Registered {
        switch try await queue.write(isVital: true, { context in try context.accept(hello, stamp: stamp) }) {
        case .accepted: break
        case .clone:
            throw .violation(
                Violation(
                    .clone,
                    "another incarnation of gateway \(hello.name) follows the same one as this: its card was cloned, "
                        + "or put back twice. An operator must look, and may run `fieldpost gateways accept-clone` at "
                        + "central"))
        case .oneTooMany:
            throw .violation(
                Violation(
                    .limitExceeded,
                    "central knows \(Limits.incarnationsPerNode) incarnations of gateway \(hello.name), and takes no "
                        + "more. What this one took in is safe there. An operator must look, and may run `fieldpost "
                        + "gateways accept-clone --forget` at central"))
        }
        return try await queue.write(isVital: true) { context in try context.register(hello, stamp: stamp) }
    }

    /// At central: a person has looked at a gateway that was taken for a clone; its incarnations are all accepted.
    /// Returns how many waited for that.
    package func acceptClone(_ gateway: NodeID) async throws(JournalError) -> Int {
        try await queue.write { context in
            try context.db.execute(
                sql: "UPDATE incarnations SET accepted = 1 WHERE node = ? AND accepted = 0", arguments: [gateway.column]
            )
            let count = context.db.changesCount
            // It was refused before it could say what it keeps.
            if count > 0 { try context.hearAgain(gateway) }
            return count
        }
    }

    /// At central: a person has looked at the incarnations of a gateway. Those of which no entry is held are forgotten,
    /// so that it has room for others. Returns how many.
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

    /// At central: looks at a gateway's place in the feed. Where it proves that this journal handed out what it does
    /// not hold now, begins a new incarnation, and returns nil. Otherwise from where the feed is to be served: what
    /// cannot be proved is not believed, and then that is where the gateway last said that it was.
    package func checkFeed(
        of gateway: NodeID, against pull: FeedPull, stamp: Stamp
    ) async throws(JournalError) -> FeedCursor? {
        try await queue.write { context in
            let claim = try context.judge(pull, of: gateway)
            let account = "Its place in the feed, or what it read there, is nothing that this node handed out."
            let hasBegun = try context.heed(claim, of: gateway, .feed, account, stamp: stamp)
            guard !hasBegun else { return nil }
            let incarnation = context.memory.own.incarnation
            // Positions of another incarnation mean nothing in this one: what is held is passed over.
            guard pull.after.incarnation == incarnation else {
                return FeedCursor(incarnation: incarnation, position: 0)
            }
            guard claim != .nothingNew else { return pull.after }
            return FeedCursor(incarnation: incarnation, position: try context.acknowledged(by: gateway))
        }
    }
}

/// What a hello as an incarnation of a gateway is answered with.
private enum Admission {
    case accepted
    /// It follows the same one as another that was accepted.
    case clone
    /// No gateway has so many.
    case oneTooMany
}

extension WriteContext {
    /// Notes the incarnation of a gateway.
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
                "It said hello as more than \(Limits.incarnationsPerNode) incarnations of its journal. `fieldpost "
                    + "gateways accept-clone --forget` forgets those of which this node holds no entry.")
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
            try hearAgain(hello.node)
            return .accepted
        }
        guard waits != true else { return .clone }
        try record(
            "Gateway \(hello.name) (\(hello.node.short)) has two incarnations that follow the same one: its card was "
                + "cloned, or put back twice. The second waits; `fieldpost gateways accept-clone` lets it in.",
            stamp: stamp)
        return .clone
    }

    /// A gateway that was put back from a copy may hold again what this journal lost when it was put back itself, also
    /// where the two were heard out since.
    fileprivate func hearAgain(_ gateway: NodeID) throws {
        guard memory.role == .central, memory.identity.predecessor != nil else { return }
        try db.execute(
            sql: "UPDATE gateways SET fetched = \(FetchState.wantedOfNew) WHERE node = ? AND fetched = ?",
            arguments: [gateway.column, FetchState.done])
    }

    /// An origin of which nothing is held yet: a node has no more of them than incarnations.
    func admit(_ origin: Origin) throws {
        guard memory.role == .central, memory.origins[origin] == nil else { return }
        let count = memory.origins.keys.count { $0.node == origin.node }
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
        // What it wrote before, others may have seen through another central node.
        let own = hello.heads.filter { $0.origin.node == hello.node && $0.seq > 0 }.prefix(Limits.incarnationsPerNode)
        for head in own where memory.origins[head.origin] == nil {
            var row = try origin(head.origin)
            row.known = head.seq
            setOrigin(row)
        }
        // Of all that it shows, what proves most counts.
        var claim = Claim.nothingNew
        for receipt in hello.receipts where receipt.head.origin.node == hello.node {
            if case .proved = claim { break }
            let next = try judge(receipt, of: hello.node)
            if next != .nothingNew { claim = next }
        }
        let hasBegun = try heed(
            claim, of: hello.node, .receipts, "It shows receipts for more than this node holds.", stamp: stamp)
        let heads = heads(for: hello)
        let proofs = heads.compactMap { head in
            memory.proofKey.map { (head.origin, $0.proof(of: head, to: hello.node, in: memory.own.incarnation)) }
        }
        return Registered(
            heads: heads, proofs: Dictionary(proofs) { first, _ in first },
            wantsFetch: try isToBeHeard(hello.node), missing: try missing(at: hello.node), hasBegun: hasBegun)
    }

    /// What is held of the gateway's origins: of those that the hello names, then of the latest, as many as a message
    /// may list.
    private func heads(for hello: Hello) -> [Head] {
        let named = Set(hello.heads.map(\.origin))
        return memory.origins.values.filter { $0.origin.node == hello.node && $0.head > 0 }
            .sorted {
                (named.contains($0.origin) ? 0 : 1, -$0.number) < (named.contains($1.origin) ? 0 : 1, -$1.number)
            }
            .prefix(Limits.listedOrigins).sorted { $0.number < $1.number }.map(\.position)
    }

    /// Takes a claim that this journal lost something for what it is worth. True: a new incarnation began.
    fileprivate mutating func heed(
        _ claim: Claim, of gateway: NodeID, _ kind: Suspicion.Kind, _ account: String, stamp: Stamp
    ) throws -> Bool {
        // An incarnation that began because this journal was put back explains what it lacks of a gateway that it has
        // not heard out since.
        let isExplained = try isToBeHeard(gateway)
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

    private func isToBeHeard(_ gateway: NodeID) throws -> Bool {
        try [FetchState.wanted, FetchState.wantedOfNew].contains(fetchState(of: gateway))
    }

    /// The last position of its feed that a gateway said it holds.
    fileprivate func acknowledged(by gateway: NodeID) throws -> UInt64 {
        let position = try Int64.fetchOne(
            db, sql: "SELECT acknowledged FROM gateways WHERE node = ?", arguments: [gateway.column])
        return UInt64(clamping: position ?? 0)
    }
}

/// The column `fetched` of a gateway: whether what it keeps of others was taken back.
enum FetchState {
    /// Never asked for: this journal was never put back while it knew the gateway.
    static let unasked = 0
    static let done = 1
    /// To be asked for, since the present incarnation began after a restore.
    static let wanted = 2
    /// The same, of a gateway that this journal met after that, or that was put back since: only what it proves is
    /// taken.
    static let wantedOfNew = 3
}
