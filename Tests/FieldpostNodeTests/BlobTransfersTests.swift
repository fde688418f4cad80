import CoreMetrics
import FieldpostCore
import FieldpostStore
import FieldpostSync
import MetricsTestKit
import Testing

@testable import FieldpostNode

/// What a node remembers of photos that came, went and were refused.
struct BlobTransfersTests {
    private static func photo(_ number: Int) -> Hash256 { Hash256(hashing: [UInt8(number & 255), UInt8(number >> 8)]) }

    private static func receipt(_ number: Int, _ refusal: BlobReceipt.Refusal? = nil) -> Message {
        .blobReceipt(BlobReceipt(blob: photo(number), refusal: refusal))
    }

    @Test func `a refusal is known until the photo is taken, whichever side refused it`() {
        let transfers = BlobTransfers()
        transfers.note(received: Self.receipt(1, .tooLarge))
        transfers.note(sent: Self.receipt(2, .wrongHash))
        transfers.note(sent: Self.receipt(2, .wrongHash))
        #expect(transfers.refusal(of: Self.photo(1), at: .here) == .tooLarge)
        #expect(transfers.refusal(of: Self.photo(2), at: .announced) == .wrongHash)
        #expect(transfers.refusals == [.tooLarge: 1, .wrongHash: 1])
        transfers.note(sent: Self.receipt(2))
        #expect(transfers.refusal(of: Self.photo(2), at: .announced) == nil && transfers.refusals == [.tooLarge: 1])
    }

    @Test func `a photo that this node refused and that is here or comes is not shown as refused`() {
        let transfers = BlobTransfers()
        transfers.note(received: Self.receipt(1, .tooLarge))
        transfers.note(sent: Self.receipt(2, .wrongHash))
        #expect(transfers.refusal(of: Self.photo(1), at: .announced) == nil)
        #expect(transfers.refusal(of: Self.photo(2), at: .here) == nil)
        for number in 1...2 { #expect(transfers.refusal(of: Self.photo(number), at: .onTheWay(bytes: 1)) == nil) }
        // Another peer offers both.
        for number in 1...2 {
            transfers.note(received: .blobOffer(BlobOffer(blob: Self.photo(number), bytes: 9)))
        }
        #expect(transfers.refusal(of: Self.photo(1), at: .here) == .tooLarge)
        #expect(transfers.refusal(of: Self.photo(2), at: .announced) == nil && transfers.refusals == [.tooLarge: 1])
    }

    @Test func `only the latest refusals are remembered`() {
        let transfers = BlobTransfers()
        for number in 0..<Limits.refusedBlobs + 10 { transfers.note(received: Self.receipt(number, .noRoom)) }
        #expect(transfers.refusals == [.noRoom: Limits.refusedBlobs])
        #expect(transfers.refusal(of: Self.photo(9), at: .here) == nil)
        #expect(transfers.refusal(of: Self.photo(10), at: .here) == .noRoom)
    }

    @Test func `a photo that is refused and taken in turn takes no more memory each time`() {
        let transfers = BlobTransfers()
        for _ in 0..<3 * Limits.refusedBlobs {
            transfers.note(received: Self.receipt(1, .noRoom))
            transfers.note(received: Self.receipt(1))
        }
        transfers.note(received: Self.receipt(2, .tooLarge))
        #expect(transfers.refusals == [.tooLarge: 1])
    }

    @Test func `bytes, photos and refusals are measured`() throws {
        let recorded = TestMetrics()
        withMetricsFactory(recorded) {
            let transfers = BlobTransfers()
            let chunk = Message.blobChunk(BlobChunk(stream: Limits.firstBlobStream, offset: 0, data: [1, 2, 3]))
            transfers.note(received: chunk)
            transfers.note(received: chunk)
            transfers.note(sent: chunk)
            transfers.note(sent: Self.receipt(1))
            transfers.note(received: Self.receipt(2))
            transfers.note(sent: Self.receipt(3, .tooLarge))
            var (blobs, traffic) = (BlobStatistics(), BlobTraffic())
            (blobs.blobs, blobs.bytes) = (4, 900)
            (traffic.receiving.count, traffic.sending.count) = (2, 5)
            transfers.measure(blobs, traffic)
        }
        for (name, value) in [
            (MetricName.photosHeld, 4.0), (.photoBytesHeld, 900), (.photosReceiving, 2), (.photosSending, 5),
        ] {
            #expect(try recorded.expectGauge(name.rawValue).lastValue == value)
        }
        func total(_ name: MetricName, _ dimensions: [(String, String)] = []) throws -> Int64 {
            try recorded.expectCounter(name.rawValue, dimensions).totalValue
        }
        #expect(try total(.photoBytesReceived) == 6 && total(.photoBytesSent) == 3)
        #expect(try total(.photosReceived) == 1 && total(.photosSent) == 1)
        #expect(try total(.photosRefused, [("reason", "too-large")]) == 1)
        #expect(try total(.photosRefused, [("reason", "wrong-hash")]) == 0)
    }
}
