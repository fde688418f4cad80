import FieldpostCore

/// A session's thumbnails in both directions: asks for a few at once, and answers the peer one after the other. Nothing
/// waits for them. Both roles do the same.
struct ThumbnailExchange: Sendable {
    private enum Ask {
        /// It is not known yet whether the thumbnail lacks here.
        case checking
        case sent
        /// All of it came, and is being kept.
        case keeping
    }

    /// Thumbnails that somebody here wants, in order.
    private var wanted: [Hash256] = []
    private var asks: [Hash256: Ask] = [:]
    /// What came of the thumbnail that is arriving. Its pieces follow each other, so that a peer fills one buffer.
    private var arriving: (blob: Hash256, bytes: [UInt8])?
    /// What the peer asks for, in order. The first one is being answered.
    private var questions: [Hash256] = []

    // MARK: To ask

    /// What finds no place in the line comes with its photo.
    mutating func want(_ blob: Hash256, into effects: inout [SessionEffect]) {
        guard wanted.count < Limits.openBlobOffers, asks[blob] == nil, !wanted.contains(blob) else { return }
        wanted.append(blob)
        advance(into: &effects)
    }

    mutating func checked(_ blob: Hash256, _ isLacking: Bool, into effects: inout [SessionEffect]) {
        asks[blob] = isLacking ? .sent : nil
        if isLacking { effects.append(.send(.thumbnailAsk(blob))) }
        advance(into: &effects)
    }

    /// Throws `unexpectedMessage` for a thumbnail that was not asked for, or that comes between the pieces of another
    /// one; and `limitExceeded` for one that is too large.
    mutating func receive(_ piece: ThumbnailPiece, into effects: inout [SessionEffect]) throws(Violation) {
        guard asks[piece.blob] == .sent else {
            throw Violation(.unexpectedMessage, "a thumbnail that was not asked for")
        }
        guard arriving == nil || arriving?.blob == piece.blob else {
            throw Violation(.unexpectedMessage, "a thumbnail between the pieces of another one")
        }
        let bytes = (arriving?.bytes ?? []) + piece.data
        guard bytes.count <= Limits.thumbnailBytes else {
            throw Violation(.limitExceeded, "a thumbnail of more than \(Limits.thumbnailBytes) bytes")
        }
        guard piece.isLast else {
            arriving = (piece.blob, bytes)
            return
        }
        arriving = nil
        asks[piece.blob] = .keeping
        effects.append(.blob(.keepThumbnail(piece.blob, bytes)))
    }

    mutating func kept(_ blob: Hash256, into effects: inout [SessionEffect]) {
        asks[blob] = nil
        advance(into: &effects)
    }

    private mutating func advance(into effects: inout [SessionEffect]) {
        while asks.count < Limits.thumbnailAsks, !wanted.isEmpty {
            let blob = wanted.removeFirst()
            asks[blob] = .checking
            effects.append(.blob(.checkThumbnail(blob)))
        }
    }

    // MARK: To answer

    /// Throws `limitExceeded` if the peer asks for too many at once, and `unexpectedMessage` if it asks again before
    /// the answer.
    mutating func receive(ask blob: Hash256, into effects: inout [SessionEffect]) throws(Violation) {
        guard questions.count < Limits.thumbnailAsks else {
            throw Violation(.limitExceeded, "more than \(Limits.thumbnailAsks) thumbnails asked for at once")
        }
        guard !questions.contains(blob) else {
            throw Violation(.unexpectedMessage, "a second question for a thumbnail before the answer")
        }
        questions.append(blob)
        if questions.count == 1 { effects.append(.blob(.sendThumbnail(blob, from: 0))) }
    }

    mutating func sent(_ blob: Hash256, upTo end: Int, _ isLast: Bool, into effects: inout [SessionEffect]) {
        guard isLast else {
            effects.append(.blob(.sendThumbnail(blob, from: end)))
            return
        }
        questions.removeFirst()
        if let next = questions.first { effects.append(.blob(.sendThumbnail(next, from: 0))) }
    }
}
