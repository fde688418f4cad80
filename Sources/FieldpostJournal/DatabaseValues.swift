import FieldpostCore
import Foundation
import GRDB

/// Between the core's values and columns.
extension Identifier128 {
    var column: Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }
}

extension Hash256 {
    var column: Data { Data(bytes) }

    init(column: Data) throws(JournalError) {
        guard let hash = Hash256(bytes: column) else { throw .failed("a hash column holds \(column.count) bytes") }
        self = hash
    }
}

extension NodeID {
    var column: Data { hash.column }
}

/// An entry's dot as the row id of `entries`.
struct Place: Hashable, Sendable {
    private static let seqBits: Int64 = 40

    let rowID: Int64

    init(origin number: Int64, seq: UInt64) {
        precondition(seq <= Limits.seq && number < 1 << 23, "seq \(seq) of origin \(number) does not fit a place")
        rowID = number << Self.seqBits | Int64(seq)
    }

    init(rowID: Int64) { self.rowID = rowID }

    var origin: Int64 { rowID >> Self.seqBits }
    var seq: UInt64 { UInt64(rowID) & Limits.seq }
}

/// Which origin stands under which number, and how far it reaches.
struct OriginRow: Sendable {
    let number: Int64
    let origin: Origin
    var head: UInt64
    var chain: Hash256
    var receipt: UInt64
    /// An own origin's entries after this seq were moved to a later incarnation; nil where none were.
    var forked: UInt64?
    /// Receipts that this node once gave prove that it held 1…known.
    var known: UInt64
    /// Entries beyond the head are held, each come by itself through the feed.
    var isSparse = false

    init(_ row: Row) throws(JournalError) {
        number = row["number"]
        guard let node = NodeID(bytes: row["node"] as Data),
            let incarnation = Incarnation(bytes: row["incarnation"] as Data)
        else { throw .failed("row \(number) of origins is malformed") }
        origin = Origin(node: node, incarnation: incarnation)
        guard let head = UInt64(exactly: row["head"] as Int64), head <= Limits.seq,
            let receipt = UInt64(exactly: row["receipt"] as Int64), let known = UInt64(exactly: row["known"] as Int64)
        else { throw .failed("row \(number) of origins is out of range") }
        self.head = head
        chain = try Hash256(column: row["chain"])
        self.receipt = receipt
        self.known = known
        forked = (row["forked"] as Int64?).map { UInt64($0) }
    }

    init(number: Int64, origin: Origin) {
        self.number = number
        self.origin = origin
        head = 0
        chain = Chain.start(of: origin)
        receipt = 0
        known = 0
    }

    var position: Head { Head(origin: origin, seq: head, chain: chain) }
}
