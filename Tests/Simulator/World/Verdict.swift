/// What came of one seed.
struct Verdict: Sendable {
    let seed: UInt64
    /// Nil when all went well.
    let finding: Finding?
    let acknowledged: Int
    /// Acknowledged entries whose only copies were destroyed physically.
    let gone: Int
    /// How often each kind of fault was met, and what else is worth counting.
    let counts: [String: Int]
    let steps: Int
    /// Virtual time.
    let milliseconds: UInt64
    let trace: [String]
}
