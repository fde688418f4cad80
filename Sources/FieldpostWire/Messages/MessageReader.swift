import FieldpostCore
import Foundation
import SwiftProtobuf

/// Converts the payload of one frame into a message. It checks counts first, then parses, then checks every part.
struct MessageReader {
    private let type: FrameType
    private let stream: UInt16
    private let buffer: [UInt8]
    private let scan: PayloadScan

    /// Throws like `PayloadScan`.
    init(type: FrameType, stream: UInt16, buffer: [UInt8], payload: Range<Int>) throws(Violation) {
        self.type = type
        self.stream = stream
        self.buffer = buffer
        scan = try PayloadScan(type, buffer: buffer, payload: payload)
    }

    /// Throws `malformedMessage`, `limitExceeded` or `badBatch`.
    func read() throws(Violation) -> FieldpostCore.Message {
        switch type {
        case .hello: .hello(try MessageParts.hello(try parse()))
        case .heads: .heads(try MessageParts.heads(try parse(WireHeads.self)))
        case .pull: .pull(try pull(try parse()))
        case .announce: .announce(try MessageParts.head(try parse(WireAnnounce.self).head))
        case .batch: .batch(try batch(try parse()))
        case .receipt: .receipt(try MessageParts.receipt(try parse()))
        case .credit: .credit(Credit(stream: stream, bytes: try parse(WireCredit.self).bytes))
        case .feedPull: .feedPull(try feedPull(try parse()))
        case .feedBatch: .feedBatch(try feedBatch(try parse()))
        case .feedReceipt: .feedReceipt(try MessageParts.cursor(try parse(WireFeedReceipt.self).cursor))
        case .fetch: .fetch(try FetchReader.fetch(try parse()))
        case .fetched: .fetched(try fetched(try parse()))
        case .locate: .locate(try FetchReader.locate(try parse()))
        case .located: .located(try FetchReader.located(try parse()))
        case .early: .early(try early(try parse()))
        case .earlyReceipt: .earlyReceipt(try earlyReceipt(try parse()))
        case .enroll: .enroll(try EnrollReader.enroll(try parse()))
        case .enrolled: .enrolled(try EnrollReader.enrolled(try parse()))
        case .mark: .mark(try BlobReader.number(try parse(WireMark.self).number))
        case .reached: .reached(try BlobReader.number(try parse(WireReached.self).number))
        case .blobAsk: .blobAsk(try MessageParts.hash(try parse(WireBlobAsk.self).blob, "blob"))
        case .blobOffer: .blobOffer(try BlobReader.offer(try parse()))
        case .blobPull: .blobPull(try BlobReader.pull(try parse(), stream))
        case .blobChunk:
            .blobChunk(try BlobReader.chunk(try parse(), stream, data: buffer[scan.data ?? 0..<0]))
        case .blobReceipt: .blobReceipt(try BlobReader.receipt(try parse()))
        case .blobGone: .blobGone(try MessageParts.hash(try parse(WireBlobGone.self).blob, "blob"))
        case .status: .status(try status())
        case .thumbnailAsk: .thumbnailAsk(try MessageParts.hash(try parse(WireThumbnailAsk.self).blob, "blob"))
        case .thumbnail:
            .thumbnail(try BlobReader.thumbnail(try parse(), data: buffer[scan.data ?? 0..<0]))
        case .people: .people(try people())
        case .compare: .compare(try CompareReader.compare(try parse()))
        case .compared: .compared(try CompareReader.compared(try parse()))
        case .ping: .ping(Ping(token: try parse(WirePing.self).token))
        case .pong: .pong(try pong(try parse()))
        case .goodbye: .goodbye(try goodbye(try parse()))
        }
    }

    private func parse<Wire: SwiftProtobuf.Message>(_: Wire.Type = Wire.self) throws(Violation) -> Wire {
        do {
            return try Wire(serializedBytes: scan.header)
        } catch {
            throw Violation(.malformedMessage, "\(type): the Protocol Buffers bytes cannot be parsed")
        }
    }

    private func entryStream() throws(Violation) -> UInt16 {
        guard stream < Limits.firstBlobStream else {
            throw Violation(.malformedMessage, "a \(type) frame on stream \(stream), which is one of blobs")
        }
        return stream
    }

    private func pull(_ wire: WirePull) throws(Violation) -> Pull {
        Pull(stream: try entryStream(), after: try MessageParts.head(wire.after), creditBytes: wire.creditBytes)
    }

    private func feedPull(_ wire: WireFeedPull) throws(Violation) -> FeedPull {
        FeedPull(
            stream: try entryStream(), after: try MessageParts.cursor(wire.after), creditBytes: wire.creditBytes,
            seen: wire.hasSeen ? try MessageParts.known(wire.seen, "seen") : nil, proof: Proof(bytes: wire.proof))
    }

    private func batch(_ wire: WireBatch) throws(Violation) -> Batch {
        let body = try body(wire.entries)
        guard wire.firstSeq > 0, wire.firstSeq <= wire.lastSeq, wire.lastSeq <= Limits.seq else {
            throw Violation(.badBatch, "a batch from seq \(wire.firstSeq) to \(wire.lastSeq)")
        }
        guard wire.lastSeq - wire.firstSeq + 1 == UInt64(body.count) else {
            throw Violation(.badBatch, "\(body.count) entries for the seqs \(wire.firstSeq) to \(wire.lastSeq)")
        }
        return Batch(
            stream: stream, origin: try MessageParts.origin(wire.origin), firstSeq: wire.firstSeq,
            lastSeq: wire.lastSeq,
            chainBefore: try MessageParts.hash(wire.chainBefore, "chain_before"), body: body)
    }

    private func feedBatch(_ wire: WireFeedBatch) throws(Violation) -> FeedBatch {
        guard wire.hasEntries || !wire.withdrawn.isEmpty || !wire.vacated.isEmpty else {
            throw Violation(.badBatch, "an empty feed batch")
        }
        guard wire.hasEntries || scan.data?.isEmpty != false else {
            throw Violation(.malformedMessage, "a feed batch with data but without entries")
        }
        var batch = FeedBatch(
            stream: stream, upTo: try MessageParts.cursor(wire.upTo),
            body: wire.hasEntries ? try body(wire.entries) : nil, proof: Proof(bytes: wire.proof))
        if let body = batch.body { batch.proofs = MessageParts.proofs(wire.proofs, of: body.count) }
        for report in wire.withdrawn { batch.withdrawn.append(try MessageParts.id(report, "withdrawn")) }
        for entry in wire.vacated { batch.vacated.append(try MessageParts.known(entry, "vacated")) }
        return batch
    }

    private func fetched(_ wire: WireFetched) throws(Violation) -> Fetched {
        guard wire.isLast || wire.hasUpTo else {
            throw Violation(.malformedMessage, "an answer to a fetch without `up_to` that is not the last")
        }
        guard wire.hasEntries || scan.data?.isEmpty != false else {
            throw Violation(.malformedMessage, "an answer to a fetch with data but without entries")
        }
        let body = wire.hasEntries ? try body(wire.entries) : nil
        return Fetched(
            upTo: wire.hasUpTo ? try MessageParts.dot(wire.upTo, "up_to") : nil, isLast: wire.isLast,
            body: body, proofs: MessageParts.proofs(wire.proofs, of: body?.count))
    }

    private func early(_ wire: WireEarly) throws(Violation) -> EarlyEntry {
        guard !wire.entry.isEmpty else { throw Violation(.malformedMessage, "an early entry without bytes") }
        guard wire.entry.count <= Limits.earlyEntryBytes else {
            throw Violation(
                .limitExceeded, "an early entry of \(wire.entry.count) bytes; the limit is \(Limits.earlyEntryBytes)")
        }
        return EarlyEntry(
            dot: try MessageParts.dot(wire.origin, wire.seq, "an early entry"), bytes: Array(wire.entry))
    }

    private func earlyReceipt(_ wire: WireEarlyReceipt) throws(Violation) -> KnownEntry {
        KnownEntry(
            dot: try MessageParts.dot(wire.origin, wire.seq, "an early receipt"),
            hash: try MessageParts.hash(wire.hash, "hash"))
    }

    private func body(_ wire: WireEntriesHeader) throws(Violation) -> CompressedEntries {
        guard let codec = UInt8(exactly: wire.codec).flatMap(CompressedEntries.Codec.init(rawValue:)) else {
            throw Violation(.badBatch, "codec \(wire.codec) is unknown")
        }
        let data = scan.data ?? 0..<0
        try BatchCodec.check(
            BatchShape(
                codec: codec, dictionary: wire.dictionary, count: wire.count, rawBytes: wire.rawBytes,
                dataBytes: data.count))
        return CompressedEntries(
            codec: codec, dictionary: wire.dictionary, count: wire.count, rawBytes: wire.rawBytes,
            data: Array(buffer[data]))
    }

    private func status() throws(Violation) -> GatewayStatus {
        try StatusReader.check(payloadBytes: scan.header.count)
        return try StatusReader.status(try parse())
    }

    private func people() throws(Violation) -> PeopleList {
        try PeopleReader.check(payloadBytes: scan.header.count)
        return try PeopleReader.list(try parse())
    }

    private func pong(_ wire: WirePong) throws(Violation) -> Pong {
        Pong(token: wire.token, clock: MessageParts.reading(wire.clock))
    }

    private func goodbye(_ wire: WireGoodbye) throws(Violation) -> Goodbye {
        guard let code = UInt16(exactly: wire.code) else {
            throw Violation(.malformedMessage, "a goodbye with code \(wire.code)")
        }
        return Goodbye(code: code == 0 ? nil : code, detail: try MessageParts.text(wire.detail, "detail"))
    }
}
