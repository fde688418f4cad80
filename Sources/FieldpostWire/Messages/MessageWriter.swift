import FieldpostCore
import Foundation
import SwiftProtobuf

/// Converts messages to the types that are generated from Protocol/fieldpost.proto.
enum MessageWriter {
    /// The content of a frame. `data`: the entries of a batch. They follow the header unchanged, so a megabyte is
    /// copied only once.
    struct Parts {
        let type: FrameType
        let stream: UInt16
        let header: [UInt8]
        let data: [UInt8]?

        init(type: FrameType, stream: UInt16 = 0, header: some SwiftProtobuf.Message, data: [UInt8]? = nil) {
            self.type = type
            self.stream = stream
            self.data = data
            do {
                self.header = try header.serializedBytes()
            } catch {
                preconditionFailure("a message without required fields cannot be serialized: \(error)")
            }
        }
    }

    /// The field number of `data` in all messages that carry entries. It is the highest, so `data` comes last.
    static let dataField = 15

    static func parts(of message: FieldpostCore.Message) -> Parts {
        switch message {
        case .hello(let hello): Parts(type: .hello, header: wire(hello))
        case .heads(let heads):
            Parts(
                type: .heads,
                header: WireHeads.with { $0.heads = heads.heads.map { wire($0, proof: heads.proofs[$0.origin]) } })
        case .pull(let pull):
            Parts(
                type: .pull, stream: pull.stream,
                header: WirePull.with {
                    $0.after = wire(pull.after)
                    $0.creditBytes = pull.creditBytes
                })
        case .announce(let head): Parts(type: .announce, header: WireAnnounce.with { $0.head = wire(head) })
        case .batch(let batch):
            Parts(type: .batch, stream: batch.stream, header: wire(batch), data: batch.body.data)
        case .receipt(let receipt): Parts(type: .receipt, header: wire(receipt))
        case .credit(let credit):
            Parts(type: .credit, stream: credit.stream, header: WireCredit.with { $0.bytes = credit.bytes })
        case .feedPull(let pull):
            Parts(
                type: .feedPull, stream: pull.stream,
                header: WireFeedPull.with {
                    $0.after = wire(pull.after)
                    $0.creditBytes = pull.creditBytes
                    if let seen = pull.seen { $0.seen = wire(seen) }
                    if let proof = pull.proof { $0.proof = Data(proof.bytes) }
                })
        case .feedBatch(let batch):
            Parts(
                type: .feedBatch, stream: batch.stream,
                header: WireFeedBatch.with {
                    $0.upTo = wire(batch.upTo)
                    $0.withdrawn = batch.withdrawn.map { Data($0.bytes) }
                    $0.vacated = batch.vacated.map(wire)
                    if let body = batch.body { $0.entries = wire(body) }
                    $0.proofs = wire(batch.proofs)
                    if let proof = batch.proof { $0.proof = Data(proof.bytes) }
                }, data: batch.body?.data)
        case .feedReceipt(let cursor):
            Parts(type: .feedReceipt, header: WireFeedReceipt.with { $0.cursor = wire(cursor) })
        case .fetch(let fetch): Parts(type: .fetch, header: wire(fetch.range))
        case .fetched(let fetched):
            Parts(type: .fetched, header: wire(fetched), data: fetched.body?.data)
        case .locate(let locate):
            Parts(type: .locate, header: WireLocate.with { $0.points = locate.points.map(wire) })
        case .located(let located):
            Parts(
                type: .located,
                header: WireLocated.with {
                    $0.origin = Data(located.origin.bytes)
                    $0.agreed = located.agreed
                    $0.differing = located.differing
                })
        case .early(let entry):
            Parts(
                type: .early,
                header: WireEarly.with {
                    $0.origin = Data(entry.dot.origin.bytes)
                    $0.seq = entry.dot.seq
                    $0.entry = Data(entry.bytes)
                })
        case .earlyReceipt(let known):
            Parts(
                type: .earlyReceipt,
                header: WireEarlyReceipt.with {
                    $0.origin = Data(known.dot.origin.bytes)
                    $0.seq = known.dot.seq
                    $0.hash = Data(known.hash.bytes)
                })
        case .enroll(let enroll): Parts(type: .enroll, header: wire(enroll))
        case .enrolled(let enrolled): Parts(type: .enrolled, header: wire(enrolled))
        case .mark(let number): Parts(type: .mark, header: WireMark.with { $0.number = number })
        case .reached(let number): Parts(type: .reached, header: WireReached.with { $0.number = number })
        case .blobAsk(let blob): Parts(type: .blobAsk, header: WireBlobAsk.with { $0.blob = Data(blob.bytes) })
        case .blobOffer(let offer):
            Parts(
                type: .blobOffer,
                header: WireBlobOffer.with {
                    $0.blob = Data(offer.blob.bytes)
                    $0.byteCount = offer.bytes
                })
        case .blobPull(let pull):
            Parts(
                type: .blobPull, stream: pull.stream,
                header: WireBlobPull.with {
                    $0.blob = Data(pull.blob.bytes)
                    $0.offset = pull.offset
                    $0.creditBytes = pull.creditBytes
                })
        case .blobChunk(let chunk):
            Parts(
                type: .blobChunk, stream: chunk.stream, header: WireBlobChunk.with { $0.offset = chunk.offset },
                data: chunk.data)
        case .blobReceipt(let receipt):
            Parts(
                type: .blobReceipt,
                header: WireBlobReceipt.with {
                    $0.blob = Data(receipt.blob.bytes)
                    $0.refusal = receipt.refusal?.rawValue ?? 0
                })
        case .blobGone(let blob): Parts(type: .blobGone, header: WireBlobGone.with { $0.blob = Data(blob.bytes) })
        case .status(let status): Parts(type: .status, header: WireStatus(status))
        case .thumbnailAsk(let blob):
            Parts(type: .thumbnailAsk, header: WireThumbnailAsk.with { $0.blob = Data(blob.bytes) })
        case .thumbnail(let piece):
            Parts(
                type: .thumbnail,
                header: WireThumbnail.with {
                    $0.blob = Data(piece.blob.bytes)
                    $0.isLast = piece.isLast
                }, data: piece.data.isEmpty ? nil : piece.data)
        case .people(let list): Parts(type: .people, header: WirePeople(list))
        case .compare(let compare): Parts(type: .compare, header: WireCompare(compare))
        case .compared(let answer): Parts(type: .compared, header: WireCompared(answer))
        case .ping(let ping): Parts(type: .ping, header: WirePing.with { $0.token = ping.token })
        case .pong(let pong):
            Parts(
                type: .pong,
                header: WirePong.with {
                    $0.token = pong.token
                    $0.clock = wire(pong.clock)
                })
        case .goodbye(let goodbye):
            Parts(
                type: .goodbye,
                header: WireGoodbye.with {
                    $0.code = UInt32(goodbye.code ?? 0)
                    $0.detail = goodbye.detail
                })
        }
    }

    private static func wire(_ hello: Hello) -> WireHello {
        .with {
            $0.node = Data(hello.node.bytes)
            $0.role = hello.role == .gateway ? .gateway : .central
            $0.name = hello.name
            $0.incarnation = Data(hello.incarnation.bytes)
            if let predecessor = hello.predecessor { $0.predecessor = Data(predecessor.bytes) }
            $0.boot = Data(hello.boot.bytes)
            $0.clock = wire(hello.clock)
            $0.linkClass = hello.linkClass
            $0.frameBytes = hello.frameBytes
            $0.dictionaries = hello.dictionaries
            $0.heads = hello.heads.map(wire)
            $0.receipts = hello.receipts.map { wire($0.head, proof: $0.proof) }
            $0.grids = hello.grids
            if let people = hello.people { $0.people = Data(people.bytes) }
            $0.compares = hello.compares
        }
    }

    private static func wire(_ receipt: Receipt) -> WireReceipt {
        .with {
            $0.head = wire(receipt.head, proof: receipt.proof)
            $0.quarantined = receipt.quarantined
        }
    }

    private static func wire(_ range: Fetch.Range) -> WireFetch {
        .with {
            switch range {
            case .run(let origin, let first, let last):
                $0.origin = Data(origin.bytes)
                $0.first = first
                $0.last = last
            case .foreign(let after):
                $0.foreign = true
                if let after { $0.after = wire(after) }
            }
        }
    }

    private static func wire(_ fetched: Fetched) -> WireFetched {
        .with {
            if let upTo = fetched.upTo { $0.upTo = wire(upTo) }
            $0.isLast = fetched.isLast
            if let body = fetched.body { $0.entries = wire(body) }
            $0.proofs = wire(fetched.proofs)
        }
    }

    private static func wire(_ enroll: Enroll) -> WireEnroll {
        .with {
            $0.name = enroll.name
            $0.grids = enroll.grids
            if let token = enroll.token { $0.token = Data(token.bytes) }
        }
    }

    private static func wire(_ enrolled: Enrolled) -> WireEnrolled {
        .with {
            $0.central = enrolled.central
            guard let admission = enrolled.admission else { return }
            $0.isAdmitted = true
            $0.name = admission.name
            $0.grids = admission.grids
        }
    }

    private static func wire(_ batch: Batch) -> WireBatch {
        .with {
            $0.origin = Data(batch.origin.bytes)
            $0.firstSeq = batch.firstSeq
            $0.lastSeq = batch.lastSeq
            $0.chainBefore = Data(batch.chainBefore.bytes)
            $0.entries = wire(batch.body)
        }
    }

    private static func wire(_ body: CompressedEntries) -> WireEntriesHeader {
        .with {
            $0.codec = UInt32(body.codec.rawValue)
            $0.dictionary = body.dictionary
            $0.count = body.count
            $0.rawBytes = body.rawBytes
        }
    }

    private static func wire(_ head: Head) -> WireHead { wire(head, proof: nil) }

    private static func wire(_ head: Head, proof: HeadProof?) -> WireHead {
        .with {
            $0.origin = Data(head.origin.bytes)
            $0.seq = head.seq
            $0.chain = Data(head.chain.bytes)
            if let proof { $0.proof = Data(proof.bytes) }
        }
    }

    private static func wire(_ proofs: [Proof]) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(proofs.count * Proof.byteCount)
        for proof in proofs { proof.append(to: &bytes) }
        return Data(bytes)
    }

    private static func wire(_ dot: Dot) -> WireDot {
        .with {
            $0.origin = Data(dot.origin.bytes)
            $0.seq = dot.seq
        }
    }

    private static func wire(_ known: KnownEntry) -> WireKnownEntry {
        .with {
            $0.origin = Data(known.dot.origin.bytes)
            $0.seq = known.dot.seq
            $0.hash = Data(known.hash.bytes)
            if let proof = known.proof { $0.proof = Data(proof.bytes) }
        }
    }

    private static func wire(_ cursor: FeedCursor) -> WireFeedCursor {
        .with {
            $0.incarnation = Data(cursor.incarnation.bytes)
            $0.position = cursor.position
        }
    }

    private static func wire(_ reading: ClockReading) -> WireClockReading {
        .with {
            $0.wallMilliseconds = reading.wallMilliseconds
            $0.quality = reading.quality == .synchronized ? .synchronized : .unknown
            if let offset = reading.measuredOffsetMilliseconds { $0.measuredOffsetMilliseconds = offset }
            $0.monotonicMilliseconds = reading.monotonicMilliseconds
        }
    }
}
