import Testing

@testable import fieldpost_fuzz

/// All inputs that once broke a target, or reached new code, are tried again.
@Suite struct CorpusTests {
    @Test(arguments: FuzzTarget.allCases)
    func `Each input that is kept breaks nothing`(target: FuzzTarget) throws {
        let inputs = try Corpus.inputs(of: target)
        #expect(inputs.count >= 5)
        for input in inputs { target.run(input) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `Each seed breaks nothing`(target: FuzzTarget) throws {
        let seeds = try target.seeds()
        #expect(seeds.count >= 3)
        for seed in seeds { target.run(seed) }
    }
}
