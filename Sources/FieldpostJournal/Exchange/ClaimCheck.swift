package import FieldpostCore
import Foundation
import GRDB

/// Central's proofs. Central makes one for each statement to a gateway, and the gateway stores it with the statement.
/// When a gateway claims that central has lost something, central examines the proof. See PROTOCOL.md, 8.20.
extension Journal {
    /// At central: makes a proof of a head that is about to be sent to a gateway. Returns nil if there is no key.
    package func proof(of head: Head, to gateway: NodeID, in incarnation: Incarnation) -> HeadProof? {
        proofKey?.proof(of: head, to: gateway, in: incarnation)
    }

    package func proof(of cursor: FeedCursor, to gateway: NodeID) -> Proof? {
        proofKey?.proof(of: cursor, to: gateway)
    }

    /// Makes a proof of each entry of a run of the feed, in the same order. Empty if there is no key.
    package func proofs(of entries: [[UInt8]], to gateway: NodeID) -> [Proof] {
        guard let proofKey else { return [] }
        return entries.map { bytes in
            codec.dot(of: bytes).map { dot in
                proofKey.proof(of: dot, hash: Chain.hash(entry: bytes), to: gateway)
            } ?? .absent
        }
    }
}

/// What a gateway's claim that this journal lost something is worth.
enum Claim: Hashable {
    /// The claim says nothing that this journal does not know, or an earlier restore explains it.
    case nothingNew
    /// Central said this in the named incarnation, and does not hold it now.
    case proved(Incarnation)
    case unproved
}

extension WriteContext {
    // MARK: At a gateway

    /// Stores central's proof of an own origin. It replaces the proof before it.
    func keep(_ proof: HeadProof?, of head: Head) throws {
        guard let proof, head.seq > 0, let row = memory.origins[head.origin] else { return }
        try db.cachedStatement(
            sql: "UPDATE origins SET proved = ?, proved_chain = ?, proof = ?, prover = ? WHERE number = ?"
        ).execute(arguments: [
            Int64(head.seq), head.chain.column, Data(proof.bytes), memory.retention.confirmed?.central.node.column,
            row.number,
        ])
    }

    /// Stores central's proofs of entries that it sent, whether or not the journal already held them.
    mutating func keep(_ proofs: [Dot: Proof], of entries: [SealedEntry]) throws {
        guard memory.role == .gateway, !proofs.isEmpty else { return }
        for entry in entries {
            guard let proof = proofs[entry.dot], proof != .absent, (1...Limits.seq).contains(entry.dot.seq) else {
                continue
            }
            let place = Place(origin: try origin(entry.dot.origin).number, seq: entry.dot.seq)
            try db.cachedStatement(
                sql: """
                    INSERT INTO proofs (place, proof) VALUES (?, ?)
                    ON CONFLICT (place) DO UPDATE SET proof = excluded.proof WHERE proof <> excluded.proof
                    """
            ).execute(arguments: [place.rowID, proof.column])
        }
    }

    // MARK: At central

    /// Whether the proof shows that central sent this entry to the gateway.
    func isProved(_ entry: SealedEntry, by proof: Proof?, to gateway: NodeID) -> Bool {
        guard let key = memory.proofKey, let proof, !entry.isWithheld else { return false }
        return key.proves(proof, entry.dot, hash: entry.hash, to: gateway)
    }

    /// Judges a receipt that a gateway shows in its hello.
    func judge(_ receipt: Receipt, of gateway: NodeID) throws -> Claim {
        let isProved = receipt.proof.map { memory.proofKey?.proves($0, receipt.head, to: gateway) == true } ?? false
        if isProved, let incarnation = receipt.proof?.incarnation, !hasUsed(incarnation) { return .proved(incarnation) }
        let row = memory.origins[receipt.head.origin]
        let isBeyond = receipt.head.seq > row?.head ?? 0
        if !isBeyond, let row {
            guard let chain = try db.chain(of: row, at: receipt.head.seq), chain != receipt.head.chain else {
                return .nothingNew
            }
        }
        guard receipt.head.seq > 0 else { return .nothingNew }
        guard isProved, let proof = receipt.proof else {
            // A different chain without a proof says nothing about central: the gateway's own journal may have
            // diverged.
            return isBeyond ? .unproved : .nothingNew
        }
        return judge(incarnation: proof.incarnation)
    }

    /// Judges a position in the feed that a gateway names.
    func judge(_ pull: FeedPull, of gateway: NodeID) throws -> Claim {
        let named = Origin(node: memory.own.node, incarnation: pull.after.incarnation)
        guard named == memory.own || !hasUsed(named.incarnation) else { return .nothingNew }
        let isPositionKnown = try named == memory.own && hasHandedOut(pull.after.position, to: gateway)
        let isSeenKnown = try pull.seen.map { try named == memory.own && knows($0) } ?? true
        if isPositionKnown, isSeenKnown { return .nothingNew }
        let provesPosition = pull.proof.map { memory.proofKey?.proves($0, pull.after, to: gateway) == true } ?? false
        let provesSeen =
            pull.seen.flatMap { seen in
                guard seen.dot.origin == named else { return nil }
                return seen.proof.map { memory.proofKey?.proves($0, seen.dot, hash: seen.hash, to: gateway) == true }
            } ?? false
        guard !isPositionKnown && provesPosition || !isSeenKnown && provesSeen else { return .unproved }
        return judge(incarnation: named.incarnation)
    }

    /// Something that was said in the present incarnation and is not held now shows a restore. So does an incarnation
    /// that this journal does not know. The start of the present incarnation already explains what was said in an
    /// earlier one.
    private func judge(incarnation: Incarnation) -> Claim {
        incarnation != memory.own.incarnation && hasUsed(incarnation) ? .nothingNew : .proved(incarnation)
    }

    /// Whether this journal ever wrote under that incarnation, as far as it knows.
    func hasUsed(_ incarnation: Incarnation) -> Bool {
        incarnation == memory.own.incarnation || incarnation == memory.identity.predecessor
            || memory.origins[Origin(node: memory.own.node, incarnation: incarnation)] != nil
    }

    /// Whether a gateway's feed contains that position, or may have contained it before its rows were deleted. Every
    /// feed contains the start.
    func hasHandedOut(_ position: UInt64, to gateway: NodeID) throws -> Bool {
        guard position > 0 else { return true }
        guard let number = memory.gateways[gateway]?.number, let position = Int64(exactly: position) else {
            return false
        }
        let isThere = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM feed WHERE gateway = ? AND position = ?)",
            arguments: [number, position])
        if isThere == true { return true }
        guard let feed = try db.feedTrim(of: gateway), position <= max(feed.trimmed, feed.base) else { return false }
        return try !db.isFeedGap(position)
    }

    /// Whether this journal holds an entry that central is said to have written in its present incarnation.
    private func knows(_ seen: KnownEntry) throws -> Bool {
        guard seen.dot.origin == memory.own else { return true }
        guard let row = memory.origins[memory.own], seen.dot.seq <= row.head else { return false }
        // A corrupt entry says nothing.
        guard let found = try held(at: Place(origin: row.number, seq: seen.dot.seq)), found.isSound else { return true }
        return found.hash == seen.hash
    }
}
