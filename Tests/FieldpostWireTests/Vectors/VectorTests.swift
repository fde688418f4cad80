import FieldpostCore
import SwiftProtobuf
import Testing

@testable import FieldpostWire

extension WireTests {
    /// The published vectors are what this program writes and reads, byte for byte.
    @Suite struct VectorTests {
        @Test func `Each frame is written and read as published`() throws {
            let made = try Self.frames()
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/frames.json") }
            let published: FrameVectors = try ProtocolFiles.read("vectors/frames.json")
            #expect(published == made)
            #expect(Set(published.frames.map(\.type)) == Set(FrameType.allCases.map(\.rawValue)))

            let frames = try published.frames.map { try #require(Hex.decode($0.frame)) }
            let preamble = try #require(Hex.decode(published.preamble))
            for (frame, sample) in zip(frames, Samples.messages) {
                #expect(DecoderVerifier.outcome(of: preamble + frame) == .init(messages: [sample.message]))
            }
            #expect(
                DecoderVerifier.outcome(of: preamble + frames.joined())
                    == .init(messages: Samples.messages.map(\.message)))
        }

        @Test func `Each entry and each chain value is as published`() throws {
            let made = try Self.entries()
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/entries.json") }
            let published: EntryVectors = try ProtocolFiles.read("vectors/entries.json")
            #expect(published == made)
            let samples = Samples.entries + [Samples.incident, Samples.event, Samples.setting]
            for (vector, entry) in zip(published.entries, samples) {
                let bytes = try #require(Hex.decode(vector.entry))
                #expect(EntryCodec().open(bytes, at: entry.dot).entry == entry)
            }
        }

        @Test func `The batch is packed as published, and expands to the entries`() throws {
            let entries = [Samples.created, Samples.editedAtGateway].map { PackedEntry.bytes(EntryCodec().encode($0)) }
            try Self.check(Samples.batch.body, of: entries, against: "vectors/batch.json")
        }

        @Test func `The batch that withholds an entry is packed as published, and expands to the rest`() throws {
            try Self.check(
                Samples.withholdingBatch.body, of: Samples.withholding, against: "vectors/batch-withheld.json")
        }

        private static func check(
            _ body: CompressedEntries, of entries: [PackedEntry], against path: String
        ) throws {
            let raw = entries.flatMap { entry -> [UInt8] in
                switch entry {
                case .bytes(let bytes):
                    var length: [UInt8] = []
                    Varint.append(UInt64(bytes.count), to: &length)
                    return length + bytes
                case .withheld(let hash): return [0] + hash.bytes
                }
            }
            let made = BatchVector(
                codec: body.codec.rawValue, dictionary: body.dictionary, count: body.count, raw: Hex.encode(raw),
                columns: Hex.encode(ColumnsWriter.form(of: entries)), data: Hex.encode(body.data))
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: path) }
            let published: BatchVector = try ProtocolFiles.read(path)
            // Another zlib may deflate to other bytes. Only the inflated bytes count.
            #expect(published.raw == made.raw)
            #expect(published.columns == made.columns)
            let form = try #require(Hex.decode(published.columns))
            #expect(try ColumnsReader.entries(of: form, count: entries.count, rawBytes: raw.count) == entries)
            var body2 = body
            body2.data = try #require(Hex.decode(published.data))
            #expect(try BatchCodec.expand(body2) == entries)
        }

        @Test func `The digests of lists of people are as published`() throws {
            let made = PeopleVectors(
                lists: Samples.messages.compactMap { name, message in
                    guard case .people(let list) = message else { return nil }
                    return .init(frame: name, digest: list.digest.hex)
                })
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/people.json") }
            #expect(try ProtocolFiles.read("vectors/people.json") == made)
            // The version is no part of it; everything else is.
            var list = Samples.list
            list.version += 1
            #expect(list.digest == Samples.list.digest)
            list.people[0].grids.append("南坑二")
            #expect(list.digest != Samples.list.digest)
        }

        @Test func `Central's proofs are as published`() throws {
            let made = ProofVectors(
                scalar: Hex.encode(Samples.centralScalar), key: Hex.encode(Samples.proofKey.bytes),
                gateway: Hex.encode(Samples.origin.node.bytes),
                head: .init(
                    incarnation: Hex.encode(Samples.headProof.incarnation.bytes),
                    origin: Hex.encode(Samples.origin.bytes),
                    seq: Samples.head.seq, chain: Samples.head.chain.hex, proof: Hex.encode(Samples.headProof.bytes)),
                feed: .init(
                    incarnation: Hex.encode(Samples.cursor.incarnation.bytes), position: Samples.cursor.position,
                    proof: Hex.encode(Samples.cursorProof.bytes)),
                entry: .init(
                    origin: Hex.encode(Samples.seen.dot.origin.bytes), seq: Samples.seen.dot.seq,
                    hash: Samples.seen.hash.hex, proof: Hex.encode(Samples.entryProof.bytes)))
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/proofs.json") }
            #expect(try ProtocolFiles.read("vectors/proofs.json") == made)
        }

        @Test func `The report and its digest are as published, in every order of its entries`() throws {
            let made = Self.report(Report(id: Samples.report, folding: Samples.entries))
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/report.json") }
            #expect(try ProtocolFiles.read("vectors/report.json") == made)
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [2, 2, 1, 0, 1]] {
                #expect(Self.report(Report(id: Samples.report, folding: order.map { Samples.entries[$0] })) == made)
            }
        }

        private static func frames() throws -> FrameVectors {
            FrameVectors(
                preamble: Hex.encode(Preamble.bytes),
                frames: try Samples.messages.map { name, message in
                    let parts = MessageWriter.parts(of: message)
                    let frame = MessageEncoder.encode(message)
                    let payload = Array(frame[FrameLayout.headerBytes..<frame.count - FrameLayout.checksumBytes])
                    return .init(
                        name: name, type: parts.type.rawValue, stream: parts.stream,
                        message: try json(payload, parts.type),
                        frame: Hex.encode(frame))
                })
        }

        private static func entries() throws -> EntryVectors {
            let names = ["created", "edited-at-central", "edited-at-gateway", "incident", "audit-event", "setting"]
            let own = [Samples.created, Samples.editedAtGateway, Samples.incident]
            let samples = Samples.entries + [Samples.incident, Samples.event, Samples.setting]
            return EntryVectors(
                entries: try zip(names, samples).map { name, entry in
                    let bytes = EntryCodec().encode(entry)
                    return .init(
                        name: name, origin: Hex.encode(entry.dot.origin.bytes), seq: entry.dot.seq,
                        message: try WireEntry(serializedBytes: bytes).jsonString(), entry: Hex.encode(bytes),
                        hash: Chain.hash(entry: bytes).hex)
                },
                chain: (0...own.count).map {
                    .init(seq: UInt64($0), chain: Samples.chain(of: Array(own.prefix($0))).hex)
                })
        }

        private static func report(_ report: Report) -> ReportVector {
            ReportVector(
                report: Hex.encode(report.id.bytes),
                fields: report.fields.sorted { $0.key < $1.key }.map { name, register in
                    .init(name: name.rawValue, siblings: register.siblings.map { Hex.encode($0.entry.bytes) })
                },
                notes: report.notes.map(\.value.text), traces: report.traces.map(\.value.text),
                attachments: report.attachments.map(\.value.blob.hex), digest: report.digest.hex,
                digestOfAll: Report.digest(ofSorted: [(report.id, report.digest)]).hex)
        }

        private static func json(_ payload: [UInt8], _ type: FrameType) throws -> String {
            switch type {
            case .hello: try WireHello(serializedBytes: payload).jsonString()
            case .heads: try WireHeads(serializedBytes: payload).jsonString()
            case .pull: try WirePull(serializedBytes: payload).jsonString()
            case .announce: try WireAnnounce(serializedBytes: payload).jsonString()
            case .batch: try WireBatch(serializedBytes: payload).jsonString()
            case .receipt: try WireReceipt(serializedBytes: payload).jsonString()
            case .credit: try WireCredit(serializedBytes: payload).jsonString()
            case .feedPull: try WireFeedPull(serializedBytes: payload).jsonString()
            case .feedBatch: try WireFeedBatch(serializedBytes: payload).jsonString()
            case .feedReceipt: try WireFeedReceipt(serializedBytes: payload).jsonString()
            case .fetch: try WireFetch(serializedBytes: payload).jsonString()
            case .fetched: try WireFetched(serializedBytes: payload).jsonString()
            case .locate: try WireLocate(serializedBytes: payload).jsonString()
            case .located: try WireLocated(serializedBytes: payload).jsonString()
            case .early: try WireEarly(serializedBytes: payload).jsonString()
            case .earlyReceipt: try WireEarlyReceipt(serializedBytes: payload).jsonString()
            case .enroll: try WireEnroll(serializedBytes: payload).jsonString()
            case .enrolled: try WireEnrolled(serializedBytes: payload).jsonString()
            case .mark: try WireMark(serializedBytes: payload).jsonString()
            case .reached: try WireReached(serializedBytes: payload).jsonString()
            case .blobAsk: try WireBlobAsk(serializedBytes: payload).jsonString()
            case .blobOffer: try WireBlobOffer(serializedBytes: payload).jsonString()
            case .blobPull: try WireBlobPull(serializedBytes: payload).jsonString()
            case .blobChunk: try WireBlobChunk(serializedBytes: payload).jsonString()
            case .blobReceipt: try WireBlobReceipt(serializedBytes: payload).jsonString()
            case .blobGone: try WireBlobGone(serializedBytes: payload).jsonString()
            case .status: try WireStatus(serializedBytes: payload).jsonString()
            case .thumbnailAsk: try WireThumbnailAsk(serializedBytes: payload).jsonString()
            case .thumbnail: try WireThumbnail(serializedBytes: payload).jsonString()
            case .compare: try WireCompare(serializedBytes: payload).jsonString()
            case .compared: try WireCompared(serializedBytes: payload).jsonString()
            case .people: try WirePeople(serializedBytes: payload).jsonString()
            case .ping: try WirePing(serializedBytes: payload).jsonString()
            case .pong: try WirePong(serializedBytes: payload).jsonString()
            case .goodbye: try WireGoodbye(serializedBytes: payload).jsonString()
            }
        }
    }
}
