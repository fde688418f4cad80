import Testing

/// Planted faults stay outside of the product, and stay usable. `Tests/mutate.sh` shows that tests find them.
struct MutationTests {
    private let mutations: [Mutation]
    private let tree: [SourceFile]

    init() throws {
        mutations = try Mutation.all()
        tree = try SourceFile.tree()
    }

    @Test func `each planted fault says what it breaks and what must find it`() {
        #expect(mutations.count >= 19)
        #expect(mutations.flatMap(\.defects) == [])
        let tests = Set(Promises.tests(in: tree).map(\.suite))
        for mutation in mutations {
            let missing = mutation.suites.filter { !tests.contains($0) }
            #expect(missing == [], "\(mutation.name).patch names a suite that is not there")
        }
    }

    @Test func `each planted fault applies to the tree as it stands, and changes the product alone`() {
        for mutation in mutations {
            #expect(throws: Never.self) {
                let files = try mutation.changedFiles()
                #expect(!files.isEmpty, "\(mutation.name).patch changes nothing")
                #expect(files.filter { !$0.hasPrefix("Sources/") } == [], "\(mutation.name).patch")
            }
        }
    }

    @Test func `each rig is tried with a node that acknowledges and forgets`() throws {
        let rigs = tree.map(\.path).filter {
            $0.hasPrefix("Tests/FieldpostRigTests/") && $0.hasSuffix("Rig.swift") && !$0.contains("Harness")
        }
        .compactMap { $0.split(separator: "/").last?.dropLast(".swift".count) }.map(String.init)
        #expect(rigs.count >= 14)
        let forgetting = try #require(mutations.first { $0.name == "acknowledgeAndForget" })
        #expect(rigs.filter { !forgetting.suites.contains($0) } == [])
    }

    @Test func `the product has no code that only tests use`() {
        let product = tree.filter { $0.target != nil && !$0.isGenerated }
        let marks = /FIELDPOST_TEST_[A-Z]|#if DEBUG|PlantedFault/
        let places = product.flatMap { file in
            file.lines.enumerated().filter { $1.contains(marks) }.map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(places == [])
    }

    @Test(arguments: [
        "Fault: one.\n\ndiff", "Expect: test A\n\ndiff", "Fault: one.\nExpect: luck\n\ndiff",
        "Fault: one.\nExpect: simulator\n\ndiff", "Fault: one.\nExpect: test A\nmore\n\ndiff",
        "Fault: one.\nFault: two.\nExpect: test A\n\ndiff",
    ])
    func `a header that lacks something is found`(text: String) {
        #expect(!Mutation(name: "forget", text: text).defects.isEmpty)
    }

    @Test func `a header that has all is passed`() {
        let text = "Fault: one.\nExpect: simulator --seeds 300 --without poison\nExpect: test A => [1-9] lost\n\ndiff"
        #expect(Mutation(name: "forget", text: text).defects == [])
        #expect(Mutation(name: "forget", text: text).suites == ["A"])
        #expect(Mutation(name: "forget it", text: text).defects.count == 1)
    }

    @Test func `a patch that does not apply is told by its name`() {
        let text = "Fault: one.\nExpect: test A\n\ndiff"
        #expect(throws: Mutation.Failure.self) { try Mutation(name: "noSuchPatch", text: text).changedFiles() }
    }
}
