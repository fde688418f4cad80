import CoreMetrics
package import FieldpostCore
import FieldpostStore
import FieldpostSync
import Synchronization

/// What came of photos and clips between this node and its peers since it started.
package final class BlobTransfers: Sendable {
    private struct State {
        var reasons: [Hash256: (refusal: BlobReceipt.Refusal, isOwn: Bool)] = [:]
        /// In the order in which they were refused.
        var order: [Hash256] = []
        var receivedBytes: UInt64 = 0
        var sentBytes: UInt64 = 0

        mutating func forget(_ blob: Hash256) {
            guard reasons.removeValue(forKey: blob) != nil else { return }
            order.removeAll { $0 == blob }
        }
    }

    private let held = Gauge(label: MetricName.photosHeld.rawValue)
    private let heldBytes = Gauge(label: MetricName.photoBytesHeld.rawValue)
    private let receiving = Gauge(label: MetricName.photosReceiving.rawValue)
    private let sending = Gauge(label: MetricName.photosSending.rawValue)
    private let received = Counter(label: MetricName.photosReceived.rawValue)
    private let receivedBytes = Counter(label: MetricName.photoBytesReceived.rawValue)
    private let sent = Counter(label: MetricName.photosSent.rawValue)
    private let sentBytes = Counter(label: MetricName.photoBytesSent.rawValue)
    private let refused: [BlobReceipt.Refusal: Counter]
    private let state = Mutex(State())

    init() {
        let reasons = BlobReceipt.Refusal.allCases
        refused = Dictionary(
            uniqueKeysWithValues: reasons.map {
                ($0, Counter(label: MetricName.photosRefused.rawValue, dimensions: [("reason", $0.word)]))
            })
    }

    /// Call it for each message that comes.
    func note(received message: Message) {
        switch message {
        case .blobChunk(let chunk):
            receivedBytes.increment(by: chunk.data.count)
            state.withLock { $0.receivedBytes += UInt64(chunk.data.count) }
        case .blobReceipt(let receipt): note(receipt, isOwn: false, sent)
        case .blobOffer(let offer):
            // Another peer may offer what this node refused, or the same one again.
            state.withLock { if $0.reasons[offer.blob]?.isOwn == true { $0.forget(offer.blob) } }
        default: break
        }
    }

    /// Call it for each message that goes.
    func note(sent message: Message) {
        switch message {
        case .blobChunk(let chunk):
            sentBytes.increment(by: chunk.data.count)
            state.withLock { $0.sentBytes += UInt64(chunk.data.count) }
        case .blobReceipt(let receipt): note(receipt, isOwn: true, received)
        default: break
        }
    }

    /// Measures what is here and on its way.
    func measure(_ blobs: BlobStatistics, _ traffic: BlobTraffic) {
        held.record(blobs.blobs)
        heldBytes.record(Int64(clamping: blobs.bytes))
        receiving.record(traffic.receiving.count)
        sending.record(traffic.sending.count)
    }

    /// Why a blob was refused: by a peer, if it is here, and by this node, if it is not and nobody sends it. Nil if it
    /// was not, was taken since, or is offered again.
    package func refusal(of blob: Hash256, at place: BlobPlace) -> BlobReceipt.Refusal? {
        guard let reason = state.withLock({ $0.reasons[blob] }) else { return nil }
        return switch place {
        case .here: reason.isOwn ? nil : reason.refusal
        case .announced: reason.isOwn ? reason.refusal : nil
        case .onTheWay: nil
        }
    }

    /// Blobs that were refused and not taken since, by reason.
    var refusals: [BlobReceipt.Refusal: Int] {
        state.withLock { $0.reasons.values.reduce(into: [:]) { $0[$1.refusal, default: 0] += 1 } }
    }

    /// The bytes of blobs that crossed links.
    var crossed: (received: UInt64, sent: UInt64) { state.withLock { ($0.receivedBytes, $0.sentBytes) } }

    private func note(_ receipt: BlobReceipt, isOwn: Bool, _ taken: Counter) {
        guard let refusal = receipt.refusal else {
            taken.increment()
            state.withLock { $0.forget(receipt.blob) }
            return
        }
        refused[refusal]?.increment()
        state.withLock { state in
            guard state.reasons.updateValue((refusal, isOwn), forKey: receipt.blob) == nil else { return }
            state.order.append(receipt.blob)
            guard state.order.count > Limits.refusedBlobs else { return }
            state.reasons[state.order.removeFirst()] = nil
        }
    }
}
