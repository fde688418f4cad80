import FieldpostCore

/// Random values from a seed (SplitMix64: Steele, Lea and Flood, 2014), so that a failure can be replayed.
struct Seed: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func flip() -> Bool { next() & 1 == 0 }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
    mutating func id<ID: Identifier128>() -> ID { ID(UInt128(next()) << 64 | UInt128(next())) }
    mutating func hash() -> Hash256 { Hash256(bytes: bytes(32)) ?? .zero }
    mutating func origin() -> Origin { Origin(node: NodeID(hash()), incarnation: id()) }
    mutating func seq() -> UInt64 { next() % Limits.seq + 1 }
    mutating func list<Value>(_ most: Int, _ make: (inout Seed) -> Value) -> [Value] {
        (0..<number(0...most)).map { _ in make(&self) }
    }

    /// Characters of one to four bytes. The last two are written with a combining mark and a surrogate pair.
    mutating func text(_ most: Int) -> String {
        let characters = ["a", "Z", "0", " ", "\"", "\u{0}", "é", "井", "盖", "e\u{301}", "🛵"]
        return list(most) { characters[$0.number(0...characters.count - 1)] }.joined()
    }
}
