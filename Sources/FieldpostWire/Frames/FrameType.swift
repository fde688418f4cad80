/// The type byte of a frame, one for each message (PROTOCOL.md, section 3). Numbers are never reused.
enum FrameType: UInt8, CaseIterable {
    case hello = 1
    case heads = 2
    case pull = 3
    case announce = 4
    case batch = 5
    case receipt = 6
    case credit = 7
    case feedPull = 8
    case feedBatch = 9
    case feedReceipt = 10
    case ping = 11
    case pong = 12
    case goodbye = 13
    case fetch = 14
    case fetched = 15
    case locate = 16
    case located = 17
    case enroll = 18
    case enrolled = 19
    case early = 27
    case earlyReceipt = 28
    case mark = 20
    case reached = 21
    case blobAsk = 22
    case blobOffer = 23
    case blobPull = 24
    case blobChunk = 25
    case blobReceipt = 26
    case blobGone = 29
    case status = 30
    case thumbnailAsk = 31
    case thumbnail = 32
    case people = 33
    case compare = 34
    case compared = 35

    /// Whether the message belongs to a stream (1 and up). All others use stream 0.
    var usesStream: Bool {
        switch self {
        case .pull, .batch, .credit, .feedPull, .feedBatch, .blobPull, .blobChunk: true
        default: false
        }
    }

    /// Whether the message may carry `data`: packed entries, or bytes of a blob or of its thumbnail.
    var hasData: Bool {
        switch self {
        case .batch, .feedBatch, .fetched, .blobChunk, .thumbnail: true
        default: false
        }
    }
}
