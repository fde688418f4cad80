import FieldpostCore
import FieldpostWire

extension Seed {
    mutating func message() -> Message {
        switch number(0...34) {
        case 0: .hello(hello())
        case 1: .heads(heads())
        case 2: .pull(Pull(stream: stream(), after: head(), creditBytes: UInt32(truncatingIfNeeded: next())))
        case 3: .announce(head())
        case 4: .batch(batch())
        case 5: .receipt(Receipt(head: head(), quarantined: list(5) { $0.seq() }, proof: headProof()))
        case 6: .credit(Credit(stream: stream(), bytes: flip() ? 0 : UInt32(truncatingIfNeeded: next())))
        case 7: .feedPull(feedPull())
        case 8: .feedBatch(feedBatch())
        case 9: .feedReceipt(cursor())
        case 10: .ping(Ping(token: next()))
        case 11: .pong(Pong(token: next(), clock: reading()))
        case 12: .fetch(Fetch(range: fetchRange()))
        case 13: .fetched(fetched())
        case 14: .locate(locate())
        case 16: .enroll(Enroll(name: text(20), grids: list(4) { $0.text(12) }, token: flip() ? nil : id()))
        case 17:
            .enrolled(
                Enrolled(
                    central: text(20),
                    admission: flip() ? nil : Enrolled.Admission(name: text(20), grids: list(4) { $0.text(12) })))
        case 18: .early(EarlyEntry(dot: dot(), bytes: EntryCodec().encode(entry())))
        case 19: .earlyReceipt(KnownEntry(dot: dot(), hash: hash()))
        case 15: .located(Located(origin: origin(), agreed: flip() ? 0 : seq(), differing: flip() ? 0 : seq()))
        case 20: .mark(UInt64(number(1...1_000_000)))
        case 21: .reached(UInt64(number(1...1_000_000)))
        case 22: .blobAsk(hash())
        case 23: .blobOffer(BlobOffer(blob: hash(), bytes: next() >> 24 + 1))
        case 24:
            .blobPull(
                BlobPull(
                    stream: blobStream(), blob: hash(), offset: next() >> 24,
                    creditBytes: UInt32(truncatingIfNeeded: next())))
        case 25:
            .blobChunk(
                BlobChunk(
                    stream: blobStream(), offset: next() >> 24, data: list(300) { UInt8($0.number(0...255)) } + [7]))
        case 26:
            .blobReceipt(
                BlobReceipt(blob: hash(), refusal: BlobReceipt.Refusal(rawValue: UInt32(number(0...3)))))
        case 27: .blobGone(hash())
        case 28: .status(status())
        case 29: .thumbnailAsk(hash())
        case 30:
            .thumbnail(
                ThumbnailPiece(
                    blob: hash(), isLast: true, data: flip() ? [] : list(300) { UInt8($0.number(0...255)) }))
        case 31: .people(people())
        case 32: .compare(compare())
        case 33: .compared(compared())
        default: .goodbye(Goodbye(code: flip() ? nil : UInt16(number(1...65_535)), detail: text(30)))
        }
    }

    private mutating func compare() -> Compare {
        let size = Compare.partSizes[number(0...4)]
        let first = UInt64(number(0...30)) * size
        switch number(0...4) {
        case 0: return Compare(.entries(origin()), [first...first + size * 100], partSize: size)
        case 1: return Compare(.entries(origin()), [0...32_767], partSize: 1024, isDeep: true)
        case 2: return Compare(.slots, [0...31, 64...95, 1024...1055], partSize: 32)
        case 3: return Compare(flip() ? .rows : .reports, [UInt64(number(0...9))...UInt64(number(9...60))])
        default: return Compare(.lacking(origin()), [1...UInt64(number(1...50)), 60...60])
        }
    }

    private mutating func compared() -> Compared {
        var answer = Compared(digests: list(100) { $0.next() })
        answer.reports = Set(list(9) { ReportID($0.next() >> 1) }).sorted().map {
            Compared.Mark(report: $0, digest: 7)
        }
        answer.repaired = list(4) { $0.id() }
        (answer.isCut, answer.next) = (flip(), flip() ? nil : next())
        return answer
    }

    private mutating func status() -> GatewayStatus {
        var status = GatewayStatus(
            uptimeSeconds: next(), version: "\(number(0...9)).\(number(0...99)).\(number(0...9))")
        status.diskStage = UInt32(truncatingIfNeeded: next() >> UInt64(number(32...63)))
        (status.entries, status.urgent, status.photos) = (backlog(), backlog(), backlog())
        status.photosThroughSeconds = flip() ? nil : next()
        status.photosWaitFor = UInt32(number(0...7))
        status.link = text(12)
        (status.dayBytesLeft, status.monthBytesLeft) = (flip() ? nil : next(), flip() ? nil : next())
        status.alarms = list(Limits.statusAlarms) { UInt32($0.number(0...400)) }
        return status
    }

    private mutating func backlog() -> GatewayStatus.Backlog {
        GatewayStatus.Backlog(
            count: flip() ? 0 : next(), bytes: flip() ? 0 : next(), oldestSeconds: flip() ? nil : next())
    }

    private mutating func blobStream() -> UInt16 { Limits.firstBlobStream + UInt16(number(0...99)) }

    mutating func hello() -> Hello {
        Hello(
            node: NodeID(hash()), role: flip() ? .gateway : .central, name: text(20), incarnation: id(),
            predecessor: flip() ? nil : id(), boot: id(), clock: reading(), linkClass: text(8),
            frameBytes: UInt32(Limits.frameBytes) + UInt32(number(0...1000)),
            dictionaries: list(3) { UInt32($0.number(0...9)) }, heads: list(4) { $0.head() },
            receipts: list(4) { Receipt(head: $0.head(), proof: $0.headProof()) }, grids: list(4) { $0.text(12) },
            people: flip() ? nil : hash())
    }

    private mutating func people() -> PeopleList {
        // Names ascend, each once.
        let names = Set(list(5) { "\($0.number(0...9_999)) " + $0.text(12) })
        return PeopleList(
            version: next(),
            people: names.sorted(by: PeopleList.isBefore).map { name in
                Person(
                    name: name, role: text(8), group: text(8), department: text(20),
                    grids: list(3) { "\($0.number(0...99))" }, verifier: text(40))
            })
    }

    private mutating func feedPull() -> FeedPull {
        FeedPull(
            stream: stream(), after: cursor(), creditBytes: UInt32(truncatingIfNeeded: next()),
            seen: flip() ? nil : KnownEntry(dot: dot(), hash: hash(), proof: flip() ? nil : id()),
            proof: flip() ? nil : id())
    }

    private mutating func fetchRange() -> Fetch.Range {
        let (first, second) = (seq(), seq())
        return flip()
            ? .run(origin(), first: min(first, second), last: max(first, second))
            : .foreign(after: flip() ? nil : dot())
    }

    private mutating func fetched() -> Fetched {
        let upTo = flip() ? nil : dot()
        let body = flip() ? nil : body(number(1...20))
        return Fetched(
            upTo: upTo, isLast: upTo == nil || flip(), body: body, proofs: proofs(of: Int(body?.count ?? 0)))
    }

    private mutating func locate() -> Locate {
        let origin = origin()
        var seqs: Set<UInt64> = []
        for _ in 0..<number(1...4) { seqs.insert(seq()) }
        if flip() { seqs.insert(0) }
        return Locate(
            points: seqs.sorted().map {
                Head(origin: origin, seq: $0, chain: $0 == 0 ? Chain.start(of: origin) : hash())
            })
    }

    mutating func batch() -> Batch {
        let count = number(1...20)
        let first = seq() / 2 + 1
        return Batch(
            stream: stream(), origin: origin(), firstSeq: first, lastSeq: first + UInt64(count) - 1,
            chainBefore: hash(),
            body: BatchCodec.compress((0..<count).map { _ in packedEntry() }))
    }

    private mutating func body(_ count: Int) -> CompressedEntries {
        BatchCodec.compress((0..<count).map { _ in EntryCodec().encode(entry()) })
    }

    private mutating func heads() -> Heads {
        let heads = list(5) { $0.head() }
        var proofs: [Origin: HeadProof] = [:]
        for head in heads { proofs[head.origin] = headProof() }
        return Heads(heads: heads, proofs: proofs)
    }

    private mutating func feedBatch() -> FeedBatch {
        let count = flip() ? 0 : number(1...20)
        return FeedBatch(
            stream: stream(), upTo: cursor(), withdrawn: count == 0 ? [id()] : list(4) { $0.id() },
            vacated: list(3) { KnownEntry(dot: $0.dot(), hash: $0.hash()) }, body: count == 0 ? nil : body(count),
            proofs: count == 0 ? [] : proofs(of: count), proof: flip() ? nil : id())
    }

    private mutating func headProof() -> HeadProof? { flip() ? nil : HeadProof(incarnation: id(), proof: id()) }
    private mutating func proofs(of count: Int) -> [Proof] { flip() ? [] : (0..<count).map { _ in id() } }
    private mutating func stream() -> UInt16 { UInt16(number(1...32_767)) }
    private mutating func dot() -> Dot { Dot(origin(), seq()) }
    private mutating func head() -> Head {
        let origin = origin()
        return flip()
            ? Head(origin: origin, seq: 0, chain: Chain.start(of: origin))
            : Head(origin: origin, seq: seq(), chain: hash())
    }
    private mutating func cursor() -> FeedCursor { FeedCursor(incarnation: id(), position: flip() ? 0 : next() >> 1) }

    private mutating func reading() -> ClockReading {
        ClockReading(
            wallMilliseconds: Int64(bitPattern: next()), quality: flip() ? .unknown : .synchronized,
            measuredOffsetMilliseconds: flip() ? nil : Int64(bitPattern: next()),
            monotonicMilliseconds: flip() ? 0 : next())
    }
}
