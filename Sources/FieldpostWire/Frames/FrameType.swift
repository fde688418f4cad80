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

    /// Whether the message belongs to a stream (1 and up). All others use stream 0.
    var usesStream: Bool {
        switch self {
        case .pull, .batch, .credit, .feedPull, .feedBatch: true
        default: false
        }
    }

    /// Whether the message may carry entries, packed in `data`.
    var hasData: Bool {
        switch self {
        case .batch, .feedBatch, .fetched: true
        default: false
        }
    }
}
