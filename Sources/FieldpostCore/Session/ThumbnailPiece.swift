/// The next bytes of a thumbnail that the peer asked for. Pieces of one thumbnail follow each other.
package struct ThumbnailPiece: Hashable, Sendable {
    package var blob: Hash256
    /// Nothing of this thumbnail follows. A thumbnail without any bytes says that there is none.
    package var isLast: Bool
    /// Empty only in the last piece.
    package var data: [UInt8]

    package init(blob: Hash256, isLast: Bool, data: [UInt8]) {
        self.blob = blob
        self.isLast = isLast
        self.data = data
    }
}
