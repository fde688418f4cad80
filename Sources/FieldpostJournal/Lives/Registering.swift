package import FieldpostCore
import Foundation
import GRDB

/// What central found out about a gateway from its hello.
package struct Registered: Hashable, Sendable {
    /// What is held of the gateway's origins.
    package let heads: [Head]
    /// The gateway keeps entries of others that central may have lost.
    package let wantsRecall: Bool
    /// Entries of any origin that are rotten or withheld here.
    package let missing: [Recall.Range]
    /// The gateway has receipts for entries that this journal does not hold: it was put back from a copy, and has begun
    /// a new incarnation.
    package let hasBegun: Bool
}

extension Journal {
    /// At central: makes a gateway known, and compares its hello with what is held of it.
    ///
    /// Throws `.violation(clone)` for a second life that claims to follow the same one, until `release` accepts it.
    package func register(_ hello: Hello, stamp: Stamp) async throws(JournalError) -> Registered {
        let isAccepted = try await queue.write(isVital: true) { context in try context.accept(hello, stamp: stamp) }
        guard isAccepted else {
            throw .violation(
                Violation(
                    .clone,
                    "another life of gateway \(hello.name) follows the same one as this: its card was cloned, or put "
                        + "back twice. An operator must look, and may run `fieldpost release` at central"))
        }
        return try await queue.write(isVital: true) { context in try context.register(hello, stamp: stamp) }
    }

    /// At central: a person has looked at a gateway that was taken for a clone; its lives are all accepted. Returns how
    /// many waited for that.
    package func release(_ gateway: NodeID) async throws(JournalError) -> Int {
        try await queue.write { context in
            try context.db.execute(
                sql: "UPDATE lives SET accepted = 1 WHERE node = ? AND accepted = 0", arguments: [gateway.column])
            return context.db.changesCount
        }
    }

    /// At central: a gateway's feed cursor, or the last of central's entries that it holds, is nothing that this
    /// journal handed out. Begins a new incarnation, and returns true.
    package func checkFeed(of gateway: NodeID, against pull: FeedPull, stamp: Stamp) async throws(JournalError) -> Bool
    {
        return try await queue.write { context in
            guard try !context.knows(pull) else { return false }
            // From now on that life is known, so that the same cursor says nothing new.
            _ = try context.origin(Origin(node: context.memory.own.node, incarnation: pull.after.incarnation))
            try context.begin(Renewal(.centralRestored(gateway: gateway), stamp: stamp))
            return true
        }
    }
}

extension WriteContext {
    /// Notes the incarnation of a gateway. False when it follows the same one as another that was accepted.
    fileprivate mutating func accept(_ hello: Hello, stamp: Stamp) throws -> Bool {
        let keys: StatementArguments = [hello.node.column, hello.incarnation.column]
        if let accepted = try Bool.fetchOne(
            db, sql: "SELECT accepted FROM lives WHERE node = ? AND incarnation = ?", arguments: keys)
        {
            return accepted
        }
        let rival = try hello.predecessor.flatMap { predecessor in
            try Data.fetchOne(
                db, sql: "SELECT incarnation FROM lives WHERE node = ? AND predecessor = ? AND accepted",
                arguments: [hello.node.column, predecessor.column])
        }
        try db.execute(
            sql: "INSERT INTO lives (node, incarnation, predecessor, accepted) VALUES (?, ?, ?, ?)",
            arguments: [hello.node.column, hello.incarnation.column, hello.predecessor?.column, rival == nil])
        guard rival != nil else { return true }
        try record(
            "Gateway \(hello.name) (\(hello.node.short)) has two lives that follow the same one: its card was cloned, "
                + "or put back twice. The second waits; `fieldpost release` lets it in.", stamp: stamp)
        return false
    }

    fileprivate mutating func register(_ hello: Hello, stamp: Stamp) throws -> Registered {
        let isNew = memory.gateways[hello.node] == nil
        try register(hello.node, name: hello.name, grids: Set(hello.grids))
        let recalled = try Int.fetchOne(
            db, sql: "SELECT recalled FROM gateways WHERE node = ?", arguments: [hello.node.column])
        // A life that began because this journal was put back explains what it lacks of a gateway that it has not heard
        // out since.
        let isExplained = recalled == RecallState.wanted || isNew && memory.identity.predecessor != nil
        var isBehind = false
        for receipt in hello.receipts where receipt.head.origin.node == hello.node {
            var row = try origin(receipt.head.origin)
            guard receipt.head.seq > max(row.head, row.known) else { continue }
            row.known = receipt.head.seq
            setOrigin(row)
            isBehind = true
        }
        let hasBegun = isBehind && !isExplained
        if hasBegun { try begin(Renewal(.centralRestored(gateway: hello.node), stamp: stamp)) }
        let heads = memory.origins.values.filter { $0.origin.node == hello.node && $0.head > 0 }
            .sorted { $0.number < $1.number }.map(\.position)
        return Registered(
            heads: heads, wantsRecall: recalled != RecallState.done, missing: try db.missing(), hasBegun: hasBegun)
    }

    /// Whether this journal can have handed out what a gateway says it has of central's feed.
    fileprivate func knows(_ pull: FeedPull) throws -> Bool {
        let life = Origin(node: memory.own.node, incarnation: pull.after.incarnation)
        guard life == memory.own else {
            return memory.origins[life] != nil || life.incarnation == memory.identity.predecessor
        }
        let last = try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'feed'") ?? 0
        guard pull.after.position <= UInt64(max(last, 0)) else { return false }
        guard let seen = pull.seen, seen.dot.origin == memory.own else { return true }
        guard let row = memory.origins[memory.own], seen.dot.seq <= row.head else { return false }
        let found = try Row.fetchOne(
            db, sql: "SELECT place, hash, bytes FROM entries WHERE place = ?",
            arguments: [Place(origin: row.number, seq: seen.dot.seq).rowID]
        ).map { EntryRow($0) }
        // A rotten entry proves nothing.
        guard let found, found.isSound else { return true }
        return found.hash == seen.hash
    }
}

/// The column `recalled` of a gateway: whether what it keeps of others was taken back.
enum RecallState {
    /// Never asked for.
    static let unasked = 0
    static let done = 1
    /// To be asked for, since the present life began after a restore.
    static let wanted = 2
}
