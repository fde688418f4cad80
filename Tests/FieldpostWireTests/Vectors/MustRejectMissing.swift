import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of a missing part, the order of the checks, or the encoding of a message.
enum MustRejectMissing {
    static let all = missing + order + written

    private static let missing: [MustRejectCase] = [
        .stream(
            "preamble-torn", .frameTooSmall, "The connection ends inside the preamble.",
            [.init(Array("FLDPST".utf8) + [0])]),
        MustRejectStreams.hello("hello-role-0", .malformedMessage, "No role.") { $0.role = .unspecified },
        .frame(
            "pull-without-after", .malformedMessage, "A pull after nothing.",
            RawFrame(type: 3, stream: 1, payload: [0x10, 1])),
        .frame("announce-empty", .malformedMessage, "An announce without a head.", RawFrame(type: 4, payload: [])),
        .frame("receipt-empty", .malformedMessage, "A receipt without a head.", RawFrame(type: 6, payload: [])),
        .frame(
            "feed-pull-without-after", .malformedMessage, "A feed pull after nothing.",
            RawFrame(type: 8, stream: 1, payload: [0x10, 1])),
        .frame(
            "feed-receipt-empty", .malformedMessage, "A feed receipt without a cursor.",
            RawFrame(type: 10, payload: [])),
        .frame("located-empty", .malformedMessage, "A located without an origin.", RawFrame(type: 17, payload: [])),
        .frame(
            "feed-batch-without-up-to", .malformedMessage, "A feed batch that withdraws a report, without up_to.",
            RawFrame(type: 9, stream: 1, payload: [0x12, 16] + Samples.created.report.bytes)),
        MustRejectStreams.batch("batch-without-entries", .badBatch, "A batch without the header of its entries.") {
            $0.clearEntries()
        },
        MustRejectStreams.batch("batch-origin-47", .malformedMessage, "An origin of 47 bytes.") {
            $0.origin.removeLast()
        },
        MustRejectStreams.batch("batch-entry-torn", .badBatch, "An entry of 5 bytes, of which 4 are there.") {
            store([5, 1, 2, 3, 4], in: &$0)
        },
        MustRejectStreams.batch("batch-length-torn", .badBatch, "The length of an entry does not end.") {
            store([0x80], in: &$0)
        },
    ]

    /// Several rules are broken at once: the first check in the order of PROTOCOL.md, 3.4, decides.
    private static let order: [MustRejectCase] = [
        .frame(
            "order-type-flags", .unknownFrame, "Type 99, with a flag, and a wrong CRC-32.",
            RawFrame(type: 99, flags: 1, payload: [], checksumMask: 1)),
        .stream(
            "order-type-torn", .unknownFrame, "Type 99; the stream ends after the first 8 bytes of the frame.",
            [.init(Preamble.bytes + [0, 0, 0, 10, 99, 0, 0, 0])]),
        .frame(
            "order-stream-checksum", .malformedMessage, "A ping on stream 1, with a wrong CRC-32.",
            RawFrame(type: 11, stream: 1, payload: [8, 1], checksumMask: 1)),
        .frame(
            "order-checksum-payload", .badChecksum, "A varint that does not end, with a wrong CRC-32.",
            RawFrame(type: 11, payload: [8, 0x80], checksumMask: 1)),
        .stream(
            "order-length-type", .frameTooLarge, "A frame of 16,385 bytes and type 99, before a hello.",
            [.init(Preamble.bytes + [0x00, 0x00, 0x40, 0x01, 99, 0, 0, 0])]),
    ]

    private static let written: [MustRejectCase] = [
        .frame(
            "varint-65-bits", .malformedMessage, "A token of 2^64 + 1 in ten bytes.",
            RawFrame(type: 11, payload: [8, 0x81] + [UInt8](repeating: 0x80, count: 8) + [2])),
        .frame(
            "data-varint", .malformedMessage, "Data that is a number.",
            RawFrame(type: 5, stream: 1, payload: whole + [0x78, 1])),
    ]

    /// The payload of a valid batch.
    private static let whole = MustRejectStreams.altered(.batch(Samples.batch), WireBatch.self) { _ in }

    /// One entry of raw bytes, stored.
    private static func store(_ raw: [UInt8], in batch: inout WireBatch) {
        batch.lastSeq = 1
        batch.entries = .with {
            $0.count = 1
            $0.rawBytes = UInt32(raw.count)
        }
        batch.data.removeAll()
        batch.data.append(contentsOf: raw)
    }
}
