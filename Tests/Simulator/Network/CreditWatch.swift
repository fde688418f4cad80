import FieldpostCore

/// Counts, independently of the product, how many bytes a puller allowed and how many were sent.
struct CreditWatch {
    private var credit: [UInt16: Int] = [:]
    private var feedCredit: [UInt16: Int] = [:]
    private var blobCredit: [UInt16: Int] = [:]

    /// Called with a message that the serving side received.
    mutating func granted(_ message: Message, byGateway: Bool) {
        switch message {
        case .pull(let pull): credit[pull.stream, default: 0] += Int(pull.creditBytes)
        case .feedPull(let pull): feedCredit[pull.stream, default: 0] += Int(pull.creditBytes)
        case .blobPull(let pull): blobCredit[pull.stream, default: 0] += Int(pull.creditBytes)
        case .credit(let more) where more.stream >= Limits.firstBlobStream:
            blobCredit[more.stream, default: 0] += Int(more.bytes)
        case .credit(let more) where byGateway: feedCredit[more.stream, default: 0] += Int(more.bytes)
        case .credit(let more): credit[more.stream, default: 0] += Int(more.bytes)
        default: break
        }
    }

    /// Whether a sent message respects the credit. A batch may start while any credit is left.
    mutating func sends(_ message: Message) -> Bool {
        switch message {
        case .batch(let batch):
            defer { credit[batch.stream, default: 0] -= batch.body.data.count }
            return credit[batch.stream, default: 0] > 0
        case .feedBatch(let batch):
            defer { feedCredit[batch.stream, default: 0] -= batch.creditBytes }
            return feedCredit[batch.stream, default: 0] > 0
        case .blobChunk(let chunk):
            defer { blobCredit[chunk.stream, default: 0] -= chunk.data.count }
            return blobCredit[chunk.stream, default: 0] > 0
        default: return true
        }
    }
}
