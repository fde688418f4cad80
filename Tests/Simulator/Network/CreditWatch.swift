import FieldpostCore

/// Counts, from outside, what a puller allowed to be under way and what was sent.
struct CreditWatch {
    private var credit: [UInt16: Int] = [:]
    private var feedCredit: [UInt16: Int] = [:]

    /// A message that the serving side received.
    mutating func granted(_ message: Message, byGateway: Bool) {
        switch message {
        case .pull(let pull): credit[pull.stream, default: 0] += Int(pull.creditBytes)
        case .feedPull(let pull): feedCredit[pull.stream, default: 0] += Int(pull.creditBytes)
        case .credit(let more) where byGateway: feedCredit[more.stream, default: 0] += Int(more.bytes)
        case .credit(let more): credit[more.stream, default: 0] += Int(more.bytes)
        default: break
        }
    }

    /// Whether a message that is sent keeps to the credit: a batch may begin while any is left.
    mutating func sends(_ message: Message) -> Bool {
        switch message {
        case .batch(let batch):
            defer { credit[batch.stream, default: 0] -= batch.body.data.count }
            return credit[batch.stream, default: 0] > 0
        case .feedBatch(let batch):
            defer { feedCredit[batch.stream, default: 0] -= batch.creditBytes }
            return feedCredit[batch.stream, default: 0] > 0
        default: return true
        }
    }
}
