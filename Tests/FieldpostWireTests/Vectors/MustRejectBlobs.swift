import FieldpostCore

@testable import FieldpostWire

/// The streams that end a session because of marks, and of messages about blobs and thumbnails.
enum MustRejectBlobs {
    static let all: [MustRejectCase] = [
        .frame("mark-0", .malformedMessage, "A mark without a number.", RawFrame(type: 20, payload: [])),
        .frame("reached-0", .malformedMessage, "Reached, without a number.", RawFrame(type: 21, payload: [8, 0])),
        .frame(
            "blob-ask-31", .malformedMessage, "A blob's name of 31 bytes.",
            RawFrame(type: 22, payload: [0x0A, 31] + Array(repeating: 1, count: 31))),
        .frame("blob-gone-empty", .malformedMessage, "No blob is named.", RawFrame(type: 29, payload: [])),
        .frame("blob-offer-0", .malformedMessage, "An empty blob.", RawFrame(type: 23, payload: name)),
        .frame(
            "blob-offer-too-large", .limitExceeded, "A blob of 2^40 + 1 bytes.",
            RawFrame(type: 23, payload: name + [0x10, 0x81, 0x80, 0x80, 0x80, 0x80, 0x20])),
        .frame(
            "blob-pull-stream-32767", .malformedMessage, "A pull of a blob on a stream of entries.",
            RawFrame(type: 24, stream: 32_767, payload: name)),
        .frame(
            "blob-pull-offset", .limitExceeded, "A pull from byte 2^40 on.",
            RawFrame(type: 24, stream: 32_768, payload: name + [0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20])),
        .frame(
            "pull-stream-32768", .malformedMessage, "A pull of entries on a stream of blobs.",
            RawFrame(type: 3, stream: 32_768, payload: payload(of: Samples.messages[2].message))),
        .frame(
            "blob-chunk-empty", .malformedMessage, "A chunk without bytes.",
            RawFrame(type: 25, stream: 32_768, payload: [0x7A, 0])),
        .frame(
            "blob-chunk-stream-1", .malformedMessage, "A chunk on a stream of entries.",
            RawFrame(type: 25, stream: 1, payload: [0x7A, 1, 7])),
        .frame(
            "blob-chunk-data-number", .malformedMessage, "Data that are a number.",
            RawFrame(type: 25, stream: 32_768, payload: [0x78, 1])),
        .stream(
            "blob-chunk-65537", .malformedMessage, "A chunk of 65,537 bytes.",
            [
                .init(Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello))),
                .init(
                    RawFrame(
                        type: 25, stream: 32_768,
                        payload: [0x7A, 0x81, 0x80, 0x04] + Array(repeating: 7, count: 65_537)
                    ).bytes),
            ]),
        .frame(
            "blob-receipt-refusal-4", .malformedMessage, "A refusal that nobody knows.",
            RawFrame(type: 26, payload: name + [0x10, 4])),
        .frame(
            "thumbnail-ask-empty", .malformedMessage, "A question for the thumbnail of nothing.",
            RawFrame(type: 31, payload: [])),
        .frame(
            "thumbnail-ask-on-stream", .malformedMessage, "A question for a thumbnail on stream 32,768.",
            RawFrame(type: 31, stream: 32_768, payload: name)),
        .frame(
            "thumbnail-blob-31", .malformedMessage, "A thumbnail of a blob with a name of 31 bytes.",
            RawFrame(type: 32, payload: [0x0A, 31] + Array(repeating: 1, count: 31) + [0x10, 1])),
        .frame(
            "thumbnail-empty-not-last", .malformedMessage, "A piece of a thumbnail without bytes, and not the last.",
            RawFrame(type: 32, payload: name)),
        .frame(
            "thumbnail-data-number", .malformedMessage, "Data of a thumbnail that are a number.",
            RawFrame(type: 32, payload: name + [0x10, 1, 0x78, 1])),
        .stream(
            "thumbnail-24577", .limitExceeded, "A thumbnail of 24,577 bytes.",
            [
                .init(Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello))),
                .init(
                    RawFrame(
                        type: 32,
                        payload: name + [0x10, 1, 0x7A, 0x81, 0xC0, 0x01] + Array(repeating: 7, count: 24_577)
                    ).bytes),
            ]),
    ]

    /// The field `blob`.
    private static let name: [UInt8] = [0x0A, 32] + Array(repeating: 9, count: 32)

    private static func payload(of message: Message) -> [UInt8] {
        let frame = MessageEncoder.encode(message)
        return Array(frame[FrameLayout.headerBytes..<frame.count - FrameLayout.checksumBytes])
    }
}
