import FieldpostCore
import FieldpostSession
import Testing

/// How much of a blob is read at once and sent in one message.
struct PieceLimitTests {
    private static let chunk = UInt64(Limits.blobPieceBytes)

    @Test func `on a slow link a read is one message, and ends where a chunk ends`() {
        let limit = PieceLimit(bytes: 1_000, readBytes: 1_000)
        #expect(limit.end(after: 0, credit: 500_000) == 1_000)
        #expect(limit.end(after: Self.chunk - 10, credit: 500_000) == Self.chunk)
    }

    @Test(arguments: [0, 1, 100, 65_535, 65_536, 70_000, 299_999] as [UInt64])
    func `on a fast link several messages are read at once, and each begins within the credit`(start: UInt64) {
        let limit = PieceLimit(bytes: Limits.blobPieceBytes, readBytes: Limits.blobReadBytes)
        for credit in [1, 65_535, 65_536, 65_537, 200_000, 524_288] {
            let range = start..<limit.end(after: start, credit: credit)
            #expect(range.count > 0 && range.count <= Limits.blobReadBytes && range.upperBound % Self.chunk == 0)
            let data = [UInt8](repeating: 7, count: range.count)
            var next = start
            for (offset, bytes) in limit.pieces(of: range, data) {
                #expect(offset == next && Int(offset - start) < credit && bytes.count <= Limits.blobPieceBytes)
                next += UInt64(bytes.count)
            }
            #expect(next == range.upperBound)
        }
    }
}
