import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// Conversions between the core's values and columns.
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

/// Reads columns of rows that may be corrupt. Returns nil if the column holds another type of value. GRDB's own access
/// would end the process there.
extension Row {
    func blob(_ column: String) -> Data? {
        if case .blob(let data) = (self[column] as DatabaseValue).storage { data } else { nil }
    }

    func integer(_ column: String) -> Int64? {
        if case .int64(let number) = (self[column] as DatabaseValue).storage { number } else { nil }
    }

    func text(_ column: String) -> String? {
        if case .string(let text) = (self[column] as DatabaseValue).storage { text } else { nil }
    }
}

extension NodeID {
    var column: Data { hash.column }
}

/// An entry's dot as the row id of `entries`.
struct Place: Hashable, Sendable {
    private static let seqBits: Int64 = 40
    /// The numbers that an origin may have.
    static let origins: Range<Int64> = 1..<1 << 23

    let rowID: Int64

    init(origin number: Int64, seq: UInt64) {
        precondition(
            seq <= Limits.seq && number < Self.origins.upperBound, "seq \(seq) of origin \(number) does not fit a place"
        )
        rowID = number << Self.seqBits | Int64(seq)
    }

    init(rowID: Int64) { self.rowID = rowID }

    var origin: Int64 { rowID >> Self.seqBits }
    var seq: UInt64 { UInt64(rowID) & Limits.seq }
}

/// A row of `origins`: an origin, its number, and its head.
struct OriginRow: Sendable {
    let number: Int64
    let origin: Origin
    var head: UInt64
    var chain: Hash256
    var receipt: UInt64
    /// Of an own origin: entries after this seq were moved to a later incarnation. Nil if none were moved.
    var forked: UInt64?
    /// At central: the author had already written 1…known when this journal first met it.
    var known: UInt64
    /// The journal holds entries beyond the head. They came one by one through the feed.
    var isSparse = false

    init(_ row: Row) throws(JournalError) {
        guard let number = row.integer("number"), Place.origins.contains(number),
            let node = row.blob("node").flatMap({ NodeID(bytes: $0) }),
            let incarnation = row.blob("incarnation").flatMap({ Incarnation(bytes: $0) }),
            let head = row.integer("head").flatMap({ UInt64(exactly: $0) }), head <= Limits.seq,
            let chain = row.blob("chain").flatMap({ Hash256(bytes: $0) }),
            let receipt = row.integer("receipt").flatMap({ UInt64(exactly: $0) }),
            let known = row.integer("known").flatMap({ UInt64(exactly: $0) })
        else { throw .damaged(path: JournalFiles.databaseName, reason: "a row of `origins` is damaged") }
        self.number = number
        origin = Origin(node: node, incarnation: incarnation)
        self.head = head
        self.chain = chain
        self.receipt = receipt
        self.known = known
        forked = row.integer("forked").flatMap { UInt64(exactly: $0) }
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
