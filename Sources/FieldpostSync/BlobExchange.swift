import FieldpostCore

/// A session's blobs, and their thumbnails, in both directions.
struct BlobExchange: Sendable {
    private var sending = BlobSending()
    private var receiving = BlobReceiving()
    private var thumbnails = ThumbnailExchange()
    private let isCentral: Bool

    /// Central records what it holds, and asks for the thumbnail of each photo that is offered, so that people see it
    /// before the photo comes.
    init(isCentral: Bool = false) { self.isCentral = isCentral }

    /// What is on its way, without the rates.
    var traffic: BlobTraffic {
        var traffic = BlobTraffic()
        (traffic.receiving, traffic.sending) = (receiving.flow, sending.flow)
        return traffic
    }

    /// See `BlobSending.isOffered`.
    func isOffered(_ blob: Hash256) -> Bool { sending.isOffered(blob) }

    /// See `BlobSending.sent`.
    func sent(of blob: Hash256) -> UInt64? { sending.sent(of: blob) }

    /// See `BlobReceiving.isPulled`.
    func isPulled(_ stream: UInt16) -> Bool { receiving.isPulled(stream) }

    /// There may be more blobs to offer.
    mutating func grew(into effects: inout [SessionEffect]) { sending.grew(into: &effects) }

    /// Somebody here needs a blob.
    mutating func want(_ blob: Hash256, into effects: inout [SessionEffect]) { receiving.want(blob, into: &effects) }

    /// Somebody here needs a thumbnail.
    mutating func wantThumbnail(_ blob: Hash256, into effects: inout [SessionEffect]) {
        thumbnails.want(blob, into: &effects)
    }

    /// Blobs may be missing here.
    mutating func miss(into effects: inout [SessionEffect]) { receiving.miss(into: &effects) }

    mutating func tick(into effects: inout [SessionEffect]) { receiving.tick(into: &effects) }

    /// Throws the violations of `BlobSending`, `BlobReceiving` and `ThumbnailExchange`.
    mutating func receive(_ message: Message, into effects: inout [SessionEffect]) throws(Violation) {
        switch message {
        case .blobAsk(let blob): try sending.receive(ask: blob, into: &effects)
        case .blobOffer(let offer):
            try receiving.receive(offer, into: &effects)
            if isCentral { thumbnails.want(offer.blob, into: &effects) }
        case .blobPull(let pull): try sending.receive(pull, into: &effects)
        case .blobChunk(let chunk): try receiving.receive(chunk, into: &effects)
        case .blobReceipt(let receipt): sending.receive(receipt, into: &effects)
        case .blobGone(let blob): receiving.gone(blob, into: &effects)
        case .thumbnailAsk(let blob): try thumbnails.receive(ask: blob, into: &effects)
        case .thumbnail(let piece): try thumbnails.receive(piece, into: &effects)
        default: preconditionFailure("\(message) is not about blobs")
        }
    }

    /// Throws `limitExceeded`.
    mutating func grant(_ credit: Credit, into effects: inout [SessionEffect]) throws(Violation) {
        try sending.receive(credit, into: &effects)
    }

    mutating func done(_ outcome: BlobOutcome, into effects: inout [SessionEffect]) throws(Violation) {
        switch outcome {
        case .opened(let stream, let offset): try receiving.opened(stream, at: offset, into: &effects)
        case .held(let stream):
            guard let offer = receiving.held(stream, into: &effects) else { return }
            if isCentral { effects.append(.blob(.record(offer))) }
        case .kept(let stream, let bytes): try receiving.kept(stream, bytes: bytes, into: &effects)
        case .failed(let stream, let refusal): receiving.failed(stream, refusal, into: &effects)
        case .closed(let stream): receiving.closed(stream, into: &effects)
        case .foundMissing(let blobs, let next): receiving.found(missing: blobs, next: next, into: &effects)
        case .found(let offers, let next): sending.found(offers, next: next, into: &effects)
        case .looked(let blob, let bytes): sending.looked(blob, bytes: bytes, into: &effects)
        case .pieceSent(let stream, let bytes): sending.sent(bytes, on: stream, into: &effects)
        case .gone(let stream): sending.gone(stream, into: &effects)
        case .recorded: break
        case .thumbnailChecked(let blob, let isLacking): thumbnails.checked(blob, isLacking, into: &effects)
        case .thumbnailKept(let blob): thumbnails.kept(blob, into: &effects)
        case .thumbnailSent(let blob, let end, let isLast): thumbnails.sent(blob, upTo: end, isLast, into: &effects)
        }
    }
}
