/// The result of one seed.
struct Verdict: Sendable {
    let seed: UInt64
    /// Nil when the seed passed.
    let finding: Finding?
    let acknowledged: Int
    /// Acknowledged entries whose only copies were physically destroyed.
    let gone: Int
    /// How often each kind of fault happened, and other counts.
    let counts: [String: Int]
    let steps: Int
    /// Virtual time.
    let milliseconds: UInt64
    let trace: [String]
}
