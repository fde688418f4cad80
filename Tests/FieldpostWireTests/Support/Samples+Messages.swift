import FieldpostCore
import FieldpostWire

extension Samples {
    /// Each kind of message, by the name of its vector.
    static let messages = talk + recovery + enrollment + blobs + statuses + people + comparisons

    /// The messages of two nodes whose journals agree.
    private static let talk: [(name: String, message: Message)] = [
        ("hello", .hello(hello)),
        ("heads", .heads(Heads(heads: [Head(origin: origin, seq: 0, chain: Chain.start(of: origin))]))),
        (
            "pull",
            .pull(
                Pull(
                    stream: 1, after: Head(origin: origin, seq: 0, chain: Chain.start(of: origin)),
                    creditBytes: 1_048_576))
        ),
        ("announce", .announce(head)),
        ("batch", .batch(batch)),
        ("receipt", .receipt(Receipt(head: head))),
        ("credit", .credit(Credit(stream: 1, bytes: UInt32(batch.body.data.count)))),
        (
            "feed-pull",
            .feedPull(
                FeedPull(
                    stream: 1, after: FeedCursor(incarnation: central.incarnation, position: 0), creditBytes: 1_048_576)
            )
        ),
        (
            "feed-batch",
            .feedBatch(
                FeedBatch(
                    stream: 1, upTo: cursor, body: BatchCodec.compress([EntryCodec().encode(editedAtCentral)])))
        ),
        (
            "feed-batch-withdrawn",
            .feedBatch(
                FeedBatch(stream: 1, upTo: cursor, withdrawn: [created.report], vacated: [seen], body: nil))
        ),
        ("feed-receipt", .feedReceipt(cursor)),
        ("early", .early(early)),
        ("early-receipt", .earlyReceipt(KnownEntry(dot: early.dot, hash: Chain.hash(entry: early.bytes)))),
        ("ping", .ping(Ping(token: 1))),
        ("pong", .pong(Pong(token: 1, clock: reading))),
        (
            "goodbye",
            .goodbye(
                Goodbye(
                    code: Violation.Code.badChecksum.rawValue, detail: "a frame of type 5 does not match its CRC-32"))
        ),
    ]

    /// A photo goes up, and another one is asked for.
    private static let blobs: [(name: String, message: Message)] = [
        ("mark", .mark(1)),
        ("reached", .reached(1)),
        ("blob-ask", .blobAsk(photo)),
        ("blob-offer", .blobOffer(BlobOffer(blob: photo, bytes: UInt64(photoBytes.count)))),
        (
            "blob-pull",
            .blobPull(BlobPull(stream: Limits.firstBlobStream, blob: photo, offset: 4, creditBytes: 524_288))
        ),
        (
            "blob-chunk",
            .blobChunk(BlobChunk(stream: Limits.firstBlobStream, offset: 4, data: Array(photoBytes.dropFirst(4))))
        ),
        ("blob-receipt", .blobReceipt(BlobReceipt(blob: photo))),
        ("blob-receipt-refused", .blobReceipt(BlobReceipt(blob: photo, refusal: .tooLarge))),
        ("blob-gone", .blobGone(photo)),
        ("thumbnail-ask", .thumbnailAsk(photo)),
        ("thumbnail", .thumbnail(ThumbnailPiece(blob: photo, isLast: false, data: Array(photoBytes.prefix(4))))),
        ("thumbnail-last", .thumbnail(ThumbnailPiece(blob: photo, isLast: true, data: Array(photoBytes.dropFirst(4))))),
        ("thumbnail-none", .thumbnail(ThumbnailPiece(blob: photo, isLast: true, data: []))),
    ]

    /// A gateway whose photos wait for the night, one that just started, and one of a later version.
    private static let statuses: [(name: String, message: Message)] = [
        ("status", .status(status)),
        ("status-idle", .status(GatewayStatus(uptimeSeconds: 5, version: "0.1.0"))),
        ("status-unknown-codes", .status(laterStatus)),
    ]

    /// Central compares entries, finds one that lacks at the gateway, and reports.
    private static let comparisons: [(name: String, message: Message)] = [
        ("compare", .compare(Compare(.entries(origin), [0...2047, 4096...5000], partSize: 1024))),
        ("compare-deep", .compare(Compare(.entries(origin), [0...32_767], partSize: 1024, isDeep: true))),
        ("compared", .compared(Compared(digests: [0x0102_0304_0506_0708, 0, .max]))),
        ("compare-lacking", .compare(Compare(.lacking(origin), [2...2, 7...9]))),
        ("compared-fetched", .compared(Compared())),
        ("compare-slots", .compare(Compare(.slots, [0...Compare.slots - 1], partSize: 1024))),
        ("compare-reports", .compare(Compare(.reports, [513...513]))),
        ("compared-reports", .compared(comparedReports)),
        ("compare-rows", .compare(Compare(.rows, [2000...2000]))),
        ("compared-rows", .compared(comparedRows)),
    ]

    private static let comparedReports: Compared = {
        var answer = Compared()
        answer.reports = [Compared.Mark(report: created.report, digest: 0xA1A2_A3A4_A5A6_A7A8)]
        answer.isCut = true
        return answer
    }()

    private static let comparedRows: Compared = {
        var answer = Compared()
        (answer.repaired, answer.next) = ([created.report], 4000)
        return answer
    }()

    /// Who may log in at a gateway that takes such lists: two people, one of a later version, and nobody.
    private static let people: [(name: String, message: Message)] = [
        ("hello-people", .hello(helloWithPeople)),
        ("people", .people(list)),
        ("people-unknown-role", .people(PeopleList(version: 8, people: [laterPerson]))),
        ("people-none", .people(PeopleList(version: 9, people: []))),
    ]

    private static let helloWithPeople: Hello = {
        var hello = Self.hello
        hello.people = list.digest
        return hello
    }()

    static let list = PeopleList(
        version: 7,
        people: [
            Person(
                name: "王敏", role: "viewer", group: "", department: "", grids: ["南坑一"],
                verifier: "$scrypt$ln=15,r=8,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"),
            Person(
                name: "赵敏", role: "staff", group: "collector", department: "坂田街道市政服务中心", grids: ["南坑一", "南坑二"],
                verifier: "$scrypt$ln=15,r=8,p=1$AwMDAwMDAwMDAwMDAwMDAw$BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"),
        ])

    private static let laterPerson = Person(
        name: "赵敏", role: "inspector", group: "drone", department: "", grids: [], verifier: "")

    static let status: GatewayStatus = {
        var status = GatewayStatus(uptimeSeconds: 86_400, version: "0.1.0")
        status.diskStage = 1
        status.entries = .init(count: 1_204, oldestSeconds: 5_400)
        status.urgent = .init(count: 2, oldestSeconds: 30)
        status.photos = .init(count: 37, bytes: 74_000_000, oldestSeconds: 7_200)
        status.photosThroughSeconds = 30_000
        status.photosWaitFor = 3
        status.link = "lte"
        status.dayBytesLeft = 40_000_000
        status.monthBytesLeft = 900_000_000
        status.alarms = [AlarmCode.disk.rawValue, AlarmCode.thumbnails.rawValue]
        return status
    }()

    private static let laterStatus: GatewayStatus = {
        var status = Self.status
        (status.diskStage, status.photosWaitFor, status.alarms) = (9, 99, [1, 300, .max])
        return status
    }()

    /// The least that begins and ends as a photo does.
    private static let photoBytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x02, 0xFF, 0xD9]
    private static let photo = Hash256(hashing: photoBytes)

    static let hello = Hello(
        node: origin.node, role: .gateway, name: "station-03", incarnation: origin.incarnation, boot: boot,
        clock: reading,
        linkClass: "lte", frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known, heads: [head],
        receipts: [Receipt(head: Head(origin: origin, seq: 0, chain: Chain.start(of: origin)))], grids: ["grid-07"])

    /// The gateway's two entries.
    static let batch = Batch(
        stream: 1, origin: origin, firstSeq: 1, lastSeq: 2, chainBefore: Chain.start(of: origin),
        body: BatchCodec.compress([created, editedAtGateway].map(EntryCodec().encode)))

    /// The gateway's second entry, ahead of the first.
    static let early = EarlyEntry(dot: editedAtGateway.dot, bytes: EntryCodec().encode(editedAtGateway))

    static let head = Head(origin: origin, seq: 2, chain: chain(of: [created, editedAtGateway]))

    static func chain(of entries: [Entry]) -> Hash256 {
        entries.reduce(Chain.start(of: origin)) { Chain.link($0, Chain.hash(entry: EntryCodec().encode($1))) }
    }

    static let cursor = FeedCursor(incarnation: central.incarnation, position: 1)
    private static let reading = ClockReading(
        wallMilliseconds: 1_785_000_002_000, quality: .synchronized, measuredOffsetMilliseconds: -15)
}
