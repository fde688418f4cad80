import FieldpostCore

@testable import FieldpostSync

/// Drives one machine and records what happens: each event after ">", and below it its effects.
struct Transcript {
    private(set) var machine: SessionMachine
    private(set) var lines: [String] = []
    /// Of the last comparison or repair.
    private(set) var progress: ComparisonProgress?
    static let start: UInt64 = 1_000_000
    var now = Moment(monotonicMilliseconds: start, wallMilliseconds: 1_700_000_000_000)

    /// `earlyDistance`: by default, nothing goes ahead of its chain.
    init(_ hello: Hello, earlyDistance: UInt64 = Limits.seq) {
        machine = SessionMachine(hello: hello, openedAt: now, earlyDistance: earlyDistance)
        give(.opened)
    }

    /// Milliseconds from the start.
    var nextTick: UInt64 { machine.nextTick - Self.start }

    var text: String { lines.joined(separator: "\n") }

    mutating func give(_ event: SessionEvent) {
        lines.append("> " + describe(event))
        var effects: [SessionEffect] = []
        machine.handle(event, at: now, into: &effects)
        lines += effects.map { "  " + describe($0) }
        for case .comparisonProgress(let progress) in effects { self.progress = progress }
    }

    mutating func give(_ message: Message) { give(.received(message)) }

    mutating func pass(seconds: UInt64) {
        now.monotonicMilliseconds += seconds * 1000
        now.wallMilliseconds += Int64(seconds) * 1000
        give(.tick)
    }
}

func describe(_ event: SessionEvent) -> String {
    switch event {
    case .received(let message): "received " + describe(message)
    case .headMoved(let head): "headMoved " + describe(head)
    case .pullVerified(let pull, let isSound): "pullVerified stream \(pull.stream)" + (isSound ? "" : " unsound")
    case .runSent(let stream, let run):
        "runSent stream \(stream) " + (run.map { "…\($0.lastSeq) (\($0.dataBytes) bytes)" } ?? "nothing")
    case .receiptKept(let receipt): "receiptKept " + describe(receipt.head)
    case .headsCompared(let verdict):
        "headsCompared cursor \(verdict.cursor.map { "\($0.position)" } ?? "none")"
            + verdict.divergences.map { " \(name($0.origin)) \($0.agreed)/\($0.differing) of \($0.held), \($0.peer)" }
            .joined()
    case .pointsRead(let points): "pointsRead [" + points.map(describe).joined(separator: ", ") + "]"
    case .restored(let fetched): "restored " + describe(fetched)
    case .absorbed(let cursor, let bytes): "absorbed …\(cursor.position) (\(bytes) bytes)"
    case .registered(let state): "registered [" + state.heads.heads.map(describe).joined(separator: ", ") + "]"
    case .feedChecked(let pull): "feedChecked after \(pull.after.position)"
    case .stored(let batch):
        "stored stream \(batch.stream) …\(batch.lastSeq) added \(batch.added) repeated \(batch.repeated)"
    case .urgentRead(let entries, let number, let newest, let isLast):
        "urgentRead \(entries.map { "\($0.dot.seq)" }.joined(separator: " ")) …\(number) of \(newest)"
            + (isLast ? ", the last" : "")
    case .earlyCompared(let known, let cause):
        "earlyCompared \(name(known.dot.origin)):\(known.dot.seq)" + (cause == nil ? "" : " differs")
    case .blobDone(let outcome): describe(outcome)
    case .statusMade(let status): "statusMade up \(status.uptimeSeconds) s"
    case .thumbnailWanted(let blob): "thumbnailWanted \(name(blob))"
    case .blobWanted(let blob): "blobWanted \(name(blob))"
    case .peopleRead(let list): "read " + describe(list)
    case .digested(let answer): "digested \(answer.digests.count) parts"
    case .repair(let differences): "repair \(differences.count) differences"
    case .feedSent(let sent): "feedSent " + (sent.map { "…\($0.position) (\($0.dataBytes) bytes)" } ?? "nothing")
    default: "\(event)"
    }
}

func describe(_ effect: SessionEffect) -> String {
    switch effect {
    case .send(let message): "send " + describe(message)
    case .greeted(let hello): "greeted \(hello.name)"
    case .close(let violation): "close " + (violation.map(\.description) ?? "in good order")
    case .measuredOffset, .resetBackoff, .sendFeedReceipt: "\(effect)"
    case .sendReceipt(let origin): "sendReceipt of \(name(origin))"
    case .resyncProgress(let progress):
        "resyncProgress \(progress.done)/\(progress.total) added \(progress.added)"
            + (progress.isFinished ? " finished" : "")
    case .comparisonProgress(let progress):
        "comparison \(progress.phase) \(progress.done)/\(progress.total)"
            + (progress.differences.isEmpty ? "" : ", \(progress.differences.count) differences")
            + (progress.isFinished ? ", finished" : "")
    case .write(let write): describe(write)
    case .read(let read): describe(read)
    case .blob(let work): describe(work)
    }
}

func describe(_ work: SessionEffect.BlobWork) -> String {
    switch work {
    case .open(let stream, let offer): "open stream \(stream) \(name(offer.blob)) of \(offer.bytes)"
    case .keep(let chunk): "keep stream \(chunk.stream) \(chunk.offset)+\(chunk.data.count)"
    case .finish(let stream, let offer): "finish stream \(stream) \(name(offer.blob))"
    case .close(let stream): "close stream \(stream)"
    case .findMissing(.corrupt(let blob)): "find missing after " + (blob == .zero ? "none" : name(blob))
    case .findMissing(.named(let number)): "find missing after \(number)"
    case .find(let number): "find blobs after \(number)"
    case .look(let blob): "look for \(name(blob))"
    case .piece(let stream, let blob, let rest, _):
        "read piece stream \(stream) \(name(blob)) from \(rest.lowerBound)"
    case .checkThumbnail(let blob): "check thumbnail of \(name(blob))"
    case .keepThumbnail(let blob, let bytes): "keep thumbnail of \(name(blob)): \(bytes.count) bytes"
    case .sendThumbnail(let blob, let start): "send thumbnail of \(name(blob)) from \(start)"
    case .record(let offer): "record \(name(offer.blob))"
    }
}

func describe(_ outcome: BlobOutcome) -> String {
    switch outcome {
    case .found(let offers, let next):
        "found [" + offers.map { name($0.blob) }.joined(separator: ", ") + "]" + (next.map { ", next \($0)" } ?? "")
    case .thumbnailChecked(let blob, let isLacking):
        "checked thumbnail of \(name(blob)): \(isLacking ? "lacks" : "here")"
    case .thumbnailKept(let blob): "kept thumbnail of \(name(blob))"
    case .thumbnailSent(let blob, let end, let isLast):
        "sent thumbnail of \(name(blob)) …\(end)" + (isLast ? ", the last" : "")
    case .foundMissing(let blobs, let next):
        "found missing [" + blobs.map(name).joined(separator: ", ") + "]" + (next == nil ? "" : ", and more")
    case .looked(let blob, let bytes): "looked for \(name(blob)): \(bytes.map { "\($0)" } ?? "nothing")"
    default: "\(outcome)"
    }
}

/// "photo 1" and so on, by the first byte.
func name(_ blob: Hash256) -> String { "photo \(blob.bytes[0])" }

func describe(_ write: SessionEffect.Write) -> String {
    switch write {
    case .compareHeads(let heads): "compareHeads [" + heads.heads.map(describe).joined(separator: ", ") + "]"
    case .acknowledge(let receipt): "acknowledge " + describe(receipt.head)
    case .absorb(let batch): "absorb …\(batch.upTo.position)"
    case .keepPeople(let list): "keep " + describe(list)
    case .register(let hello): "register \(hello.name)"
    case .store(let batch): "store stream \(batch.stream) \(batch.firstSeq)…\(batch.lastSeq)"
    case .storeEarly(let entry): "storeEarly \(name(entry.dot.origin)):\(entry.dot.seq)"
    case .checkFeed(let pull): "checkFeed after \(pull.after.position)"
    case .restore(let fetched, let range): "restore \(describe(fetched)) of \(describe(range))"
    case .begin(.forked(let origin, let agreed)): "begin forked \(name(origin)) after \(agreed)"
    case .begin(.rewound(let origin, let held, let peer)): "begin rewound \(name(origin)) \(held) of \(peer)"
    case .begin(.laterIncarnation): "begin laterIncarnation"
    case .feedAgain(let reports): "feed \(reports.count) reports again"
    case .begin, .acknowledgeFeed, .passFeed, .finishFetch, .noteClock: "\(write)"
    }
}

func describe(_ read: SessionEffect.Read) -> String {
    switch read {
    case .verifyPull(let pull): "verifyPull after " + describe(pull.after)
    case .run(let stream, let origin, let after): "readRun stream \(stream) of \(name(origin)) after \(after)"
    case .points(let origin, let after, let upTo): "readPoints of \(name(origin)) after \(after) up to \(upTo)"
    case .locate(let locate): "locate [" + locate.points.map(describe).joined(separator: ", ") + "]"
    case .fetch(let fetch): "readFetch " + describe(fetch.range)
    case .urgent(let number, let room): "readUrgent after \(number) room \(room)"
    case .compareEarly(let known): "compareEarly \(name(known.dot.origin)):\(known.dot.seq)"
    case .people: "readPeople"
    case .compare(let question): "read " + describe(question)
    case .feed(let stream, let after): "readFeed(stream: \(stream), after: \(after))"
    }
}

func describe(_ message: Message) -> String {
    switch message {
    case .hello(let hello): "hello \(hello.name)"
    case .heads(let heads): "heads [" + heads.heads.map(describe).joined(separator: ", ") + "]"
    case .pull(let pull): "pull stream \(pull.stream) after \(describe(pull.after)) credit \(pull.creditBytes)"
    case .announce(let head): "announce " + describe(head)
    case .batch(let batch): "batch stream \(batch.stream) \(batch.firstSeq)…\(batch.lastSeq)"
    case .receipt(let receipt): "receipt " + describe(receipt.head)
    case .credit(let credit): "credit stream \(credit.stream) \(credit.bytes)"
    case .feedPull(let pull): "feedPull stream \(pull.stream) after \(pull.after.position) credit \(pull.creditBytes)"
    case .feedBatch(let batch): "feedBatch stream \(batch.stream) …\(batch.upTo.position)"
    case .feedReceipt(let cursor): "feedReceipt \(cursor.position)"
    case .fetch(let fetch): "fetch " + describe(fetch.range)
    case .fetched(let fetched): "fetched " + describe(fetched)
    case .locate(let locate): "locate [" + locate.points.map(describe).joined(separator: ", ") + "]"
    case .located(let located):
        "located \(name(located.origin)) agreed \(located.agreed) differing \(located.differing)"
    case .early(let entry): "early \(name(entry.dot.origin)):\(entry.dot.seq)"
    case .earlyReceipt(let known): "earlyReceipt \(name(known.dot.origin)):\(known.dot.seq)"
    case .enroll(let enroll): "enroll \(enroll.name)"
    case .enrolled(let enrolled): "enrolled by \(enrolled.central)"
    case .ping(let ping): "ping \(ping.token)"
    case .pong(let pong): "pong \(pong.token)"
    case .mark(let number): "mark \(number)"
    case .reached(let number): "reached \(number)"
    case .blobAsk(let blob): "blobAsk \(name(blob))"
    case .blobOffer(let offer): "blobOffer \(name(offer.blob)) of \(offer.bytes)"
    case .blobPull(let pull):
        "blobPull stream \(pull.stream) \(name(pull.blob)) from \(pull.offset) credit \(pull.creditBytes)"
    case .blobChunk(let chunk): "blobChunk stream \(chunk.stream) \(chunk.offset)+\(chunk.data.count)"
    case .blobReceipt(let receipt):
        "blobReceipt \(name(receipt.blob))" + (receipt.refusal.map { " refused: \($0)" } ?? "")
    case .status(let status): "status up \(status.uptimeSeconds) s"
    case .people(let list): describe(list)
    case .blobGone(let blob): "blobGone \(name(blob))"
    case .compare(let question): describe(question)
    case .compared(let answer):
        "compared \(answer.digests.count) digests, \(answer.reports.count) reports, \(answer.repaired.count) repaired"
    case .thumbnailAsk(let blob): "thumbnailAsk \(name(blob))"
    case .thumbnail(let piece):
        "thumbnail \(name(piece.blob)): \(piece.data.count) bytes" + (piece.isLast ? ", the last" : "")
    case .goodbye(let goodbye): "goodbye \(goodbye.code.map { "\($0)" } ?? "-") \(goodbye.detail)"
    }
}

func describe(_ list: PeopleList) -> String {
    "people \(list.version) [" + list.people.map(\.name).joined(separator: ", ") + "]"
}

func describe(_ range: Fetch.Range) -> String {
    switch range {
    case .run(let origin, let first, let last): "\(name(origin)):\(first)…\(last)"
    case .foreign(let after): "foreign" + (after.map { " after \(name($0.origin)):\($0.seq)" } ?? "")
    }
}

func describe(_ fetched: Fetched) -> String {
    "up to " + (fetched.upTo.map { "\(name($0.origin)):\($0.seq)" } ?? "-") + (fetched.isLast ? ", the last" : "")
}

func describe(_ head: Head) -> String { "\(name(head.origin)):\(head.seq)" }

func name(_ origin: Origin) -> String { origin == Cast.gatewayOrigin ? "G" : origin == Cast.centralOrigin ? "C" : "?" }

/// The two nodes of the transcripts.
enum Cast {
    static let gatewayOrigin = origin(1)
    static let centralOrigin = origin(2)
    static let stranger = origin(3)

    static func origin(_ number: UInt8) -> Origin {
        Origin(node: NodeID(publicKey: [number]), incarnation: Incarnation(UInt128(number)))
    }

    static func head(_ seq: UInt64, of origin: Origin = gatewayOrigin) -> Head {
        Head(
            origin: origin, seq: seq, chain: seq == 0 ? Chain.start(of: origin) : Chain.hash(entry: [UInt8(seq & 255)]))
    }

    static func gateway(head seq: UInt64) -> Hello {
        hello(gatewayOrigin, role: .gateway, name: "gateway", heads: [head(seq)], grids: ["grid-1"])
    }

    static let central = hello(centralOrigin, role: .central, name: "central", heads: [], grids: [])

    static func hello(_ origin: Origin, role: Role, name: String, heads: [Head], grids: [String]) -> Hello {
        Hello(
            node: origin.node, role: role, name: name, incarnation: origin.incarnation, boot: BootID(7),
            clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "lte",
            frameBytes: UInt32(Limits.frameBytes), dictionaries: [1], heads: heads, receipts: [], grids: grids)
    }

    static func batch(_ seqs: ClosedRange<UInt64>, stream: UInt16 = 1, bytes: Int = 500) -> Batch {
        Batch(
            stream: stream, origin: gatewayOrigin, firstSeq: seqs.lowerBound, lastSeq: seqs.upperBound,
            chainBefore: head(seqs.lowerBound - 1).chain, body: body(count: seqs.count, bytes: bytes))
    }

    static func early(_ seq: UInt64, of origin: Origin = gatewayOrigin) -> EarlyEntry {
        EarlyEntry(dot: Dot(origin, seq), bytes: [UInt8(seq & 255)])
    }

    /// Central's receipt for such an entry.
    static func earlyReceipt(_ seq: UInt64, hash: Hash256? = nil) -> Message {
        .earlyReceipt(KnownEntry(dot: Dot(gatewayOrigin, seq), hash: hash ?? Chain.hash(entry: [UInt8(seq & 255)])))
    }

    static func stored(_ batch: Batch, added: Int, repeated: Int = 0) -> SessionEvent {
        .stored(
            StoredBatch(
                stream: batch.stream, origin: batch.origin, lastSeq: batch.lastSeq, dataBytes: batch.body.data.count,
                added: added, repeated: repeated))
    }

    static func photo(_ number: UInt8) -> Hash256 {
        Hash256(bytes: [number] + [UInt8](repeating: 0, count: 31)) ?? .zero
    }

    static func feedBatch(upTo position: UInt64, bytes: Int = 300) -> FeedBatch {
        FeedBatch(stream: 1, upTo: cursor(position), body: body(count: 1, bytes: bytes))
    }

    static func cursor(_ position: UInt64, of origin: Origin = centralOrigin) -> FeedCursor {
        FeedCursor(incarnation: origin.incarnation, position: position)
    }

    private static func body(count: Int, bytes: Int) -> CompressedEntries {
        CompressedEntries(
            codec: .stored, dictionary: 0, count: UInt32(count), rawBytes: UInt32(bytes),
            data: [UInt8](repeating: 0, count: bytes))
    }

    static func verdict(_ cursor: FeedCursor?, _ divergences: [Divergence] = []) -> HeadsVerdict {
        var verdict = HeadsVerdict()
        verdict.cursor = cursor
        verdict.divergences = divergences
        return verdict
    }

    static func divergence(differing: UInt64, held: UInt64, peer: UInt64) -> Divergence {
        Divergence(origin: gatewayOrigin, agreed: 0, differing: differing, held: held, peer: peer)
    }
}

func describe(_ question: Compare) -> String {
    let subject =
        switch question.subject {
        case .entries(let origin): "entries of \(name(origin))"
        case .lacking(let origin): "lacking of \(name(origin))"
        default: "\(question.subject)"
        }
    let ranges = question.ranges.map { "\($0.lowerBound)…\($0.upperBound)" }.joined(separator: " ")
    return "compare \(subject) \(ranges) by \(question.partSize)" + (question.isDeep ? ", deep" : "")
}
