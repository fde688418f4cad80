import FieldpostCore
import FieldpostWire

extension Samples {
    /// Their further messages, when one of them has lost something or begun another incarnation.
    static let recovery: [(name: String, message: Message)] = [
        ("hello-next-incarnation", .hello(helloOfNextIncarnation)),
        ("batch-withheld", .batch(withholdingBatch)),
        ("receipt-quarantined", .receipt(Receipt(head: head, quarantined: [1, 2]))),
        ("feed-pull-seen", .feedPull(FeedPull(stream: 1, after: cursor, creditBytes: 1_048_576, seen: seen))),
        ("fetch", .fetch(Fetch(range: .run(origin, first: 2, last: 3)))),
        ("fetch-foreign", .fetch(Fetch(range: .foreign(after: nil)))),
        ("fetch-foreign-after", .fetch(Fetch(range: .foreign(after: seen.dot)))),
        ("fetched", .fetched(fetched)),
        ("heads-proved", .heads(Heads(heads: [head], proofs: [origin: headProof]))),
        ("receipt-proved", .receipt(Receipt(head: head, proof: headProof))),
        ("hello-proved", .hello(helloThatProves)),
        (
            "feed-batch-proved",
            .feedBatch(
                FeedBatch(
                    stream: 1, upTo: cursor, body: BatchCodec.compress([EntryCodec().encode(editedAtCentral)]),
                    proofs: [entryProof], proof: cursorProof))
        ),
        (
            "feed-pull-proved",
            .feedPull(
                FeedPull(
                    stream: 1, after: cursor, creditBytes: 1_048_576,
                    seen: KnownEntry(dot: seen.dot, hash: seen.hash, proof: entryProof), proof: cursorProof))
        ),
        (
            "fetched-proved",
            .fetched(
                Fetched(
                    upTo: seen.dot, isLast: true, body: BatchCodec.compress([EntryCodec().encode(editedAtCentral)]),
                    proofs: [entryProof]))
        ),
        ("fetched-nothing", .fetched(Fetched(upTo: nil, isLast: true, body: nil))),
        ("locate", .locate(locate)),
        ("located", .located(Located(origin: origin, agreed: 1, differing: 2))),
    ]

    /// The messages between a gateway and central before the enrollment.
    static let enrollment: [(name: String, message: Message)] = [
        ("enroll", .enroll(Enroll(name: "station-03", grids: ["grid-07"], token: token))),
        ("enroll-without-token", .enroll(Enroll(name: "station-03", grids: [], token: nil))),
        (
            "enrolled",
            .enrolled(
                Enrolled(
                    central: "central", admission: Enrolled.Admission(name: "station-03", grids: ["grid-07"])))
        ),
        ("enrolled-waiting", .enrolled(Enrolled(central: "central", admission: nil))),
    ]

    private static let token = TokenSecret(0xE0E1_E2E3_E4E5_E6E7_E8E9_EAEB_ECED_EEEF)

    /// The gateway's three entries. It no longer has the second one.
    static let withholdingBatch = Batch(
        stream: 1, origin: origin, firstSeq: 1, lastSeq: 3, chainBefore: Chain.start(of: origin),
        body: BatchCodec.compress(withholding))

    static let withholding: [PackedEntry] = [
        .bytes(EntryCodec().encode(created)), .withheld(Chain.hash(entry: EntryCodec().encode(editedAtGateway))),
        .bytes(EntryCodec().encode(incident)),
    ]

    static let fetched = Fetched(
        upTo: Dot(origin, 2), isLast: false, body: BatchCodec.compress([EntryCodec().encode(editedAtGateway)]))

    static let locate = Locate(
        points: [
            Head(origin: origin, seq: 1, chain: chain(of: [created])),
            Head(origin: origin, seq: 2, chain: chain(of: [created, editedAtGateway])),
        ])

    static let seen = KnownEntry(
        dot: editedAtCentral.dot, hash: Chain.hash(entry: EntryCodec().encode(editedAtCentral)))

    /// The private scalar of central's key in the vectors: bytes 1 to 32.
    static let centralScalar = Array(UInt8(1)...32)
    static let proofKey = ProofKey(privateKey: centralScalar)
    static let headProof = proofKey.proof(of: head, to: origin.node, in: editedAtCentral.dot.origin.incarnation)
    static let cursorProof = proofKey.proof(of: cursor, to: origin.node)
    static let entryProof = proofKey.proof(of: seen.dot, hash: seen.hash, to: origin.node)

    private static let helloThatProves: Hello = {
        var hello = Samples.hello
        hello.receipts = [Receipt(head: head, proof: headProof)]
        return hello
    }()

    private static let helloOfNextIncarnation: Hello = {
        var hello = Samples.hello
        hello.predecessor = hello.incarnation
        hello.incarnation = Incarnation(0xD0D1_D2D3_D4D5_D6D7_D8D9_DADB_DCDD_DEDF)
        hello.clock.monotonicMilliseconds = 86_402_000
        return hello
    }()
}
