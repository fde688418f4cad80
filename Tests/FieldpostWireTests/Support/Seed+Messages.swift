import FieldpostCore
import FieldpostWire

extension Seed {
    mutating func message() -> Message {
        switch number(0...12) {
        case 0: .hello(hello())
        case 1: .heads(Heads(heads: list(5) { $0.head() }))
        case 2: .pull(Pull(stream: stream(), after: head(), creditBytes: UInt32(truncatingIfNeeded: next())))
        case 3: .announce(head())
        case 4: .batch(batch())
        case 5: .receipt(Receipt(head: head()))
        case 6: .credit(Credit(stream: stream(), bytes: flip() ? 0 : UInt32(truncatingIfNeeded: next())))
        case 7: .feedPull(FeedPull(stream: stream(), after: cursor(), creditBytes: UInt32(truncatingIfNeeded: next())))
        case 8: .feedBatch(FeedBatch(stream: stream(), upTo: cursor(), body: body(number(1...20))))
        case 9: .feedReceipt(cursor())
        case 10: .ping(Ping(token: next()))
        case 11: .pong(Pong(token: next(), clock: reading()))
        default: .goodbye(Goodbye(code: flip() ? nil : UInt16(number(1...65_535)), detail: text(30)))
        }
    }

    mutating func hello() -> Hello {
        Hello(
            node: NodeID(hash()), role: flip() ? .gateway : .central, name: text(20), incarnation: id(), boot: id(),
            clock: reading(), linkClass: text(8), frameBytes: UInt32(truncatingIfNeeded: next()),
            dictionaries: list(3) { UInt32($0.number(0...9)) }, heads: list(4) { $0.head() },
            receipts: list(4) { Receipt(head: $0.head()) }, grids: list(4) { $0.text(12) })
    }

    mutating func batch() -> Batch {
        let count = number(1...20)
        let first = seq() / 2 + 1
        return Batch(
            stream: stream(), origin: origin(), firstSeq: first, lastSeq: first + UInt64(count) - 1,
            chainBefore: hash(),
            body: body(count))
    }

    private mutating func body(_ count: Int) -> CompressedEntries {
        BatchCodec.compress((0..<count).map { _ in EntryCodec().encode(entry()) })
    }

    private mutating func stream() -> UInt16 { UInt16(number(1...65_535)) }
    private mutating func head() -> Head { Head(origin: origin(), seq: flip() ? 0 : seq(), chain: hash()) }
    private mutating func cursor() -> FeedCursor { FeedCursor(incarnation: id(), position: flip() ? 0 : next() >> 1) }

    private mutating func reading() -> ClockReading {
        ClockReading(
            wallMilliseconds: Int64(bitPattern: next()), quality: flip() ? .unknown : .synchronized,
            measuredOffsetMilliseconds: flip() ? nil : Int64(bitPattern: next()))
    }
}
