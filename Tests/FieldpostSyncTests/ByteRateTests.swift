import FieldpostCore
import Testing

@testable import FieldpostSync

/// How many bytes go over a session, and how many are left.
struct ByteRateTests {
    @Test func `a steady flow shows its rate, and the rate falls to nothing when it ends`() {
        var rate = ByteRate()
        #expect(rate.perSecond(at: 0) == 0)
        for now in stride(from: UInt64(1_000_000), to: 1_020_000, by: 100) { rate.add(1_000, at: now) }
        #expect((9_500...10_500).contains(rate.perSecond(at: 1_020_000)))
        #expect((4_000...6_000).contains(rate.perSecond(at: 1_022_500)))
        #expect(rate.perSecond(at: 1_030_000) == 0)
    }

    @Test func `both sides know how much of the photos on their way has crossed`() {
        var central = Transcript(Cast.central)
        central.give(.hello(Cast.gateway(head: 0)))
        central.give(.registered(GatewayState(heads: Heads(heads: []))))
        let first = Limits.firstBlobStream
        for number in 1...6 as ClosedRange<UInt8> {
            central.give(.blobOffer(BlobOffer(blob: Cast.photo(number), bytes: 100_000)))
        }
        central.give(.blobDone(.opened(stream: first, offset: 40_000)))
        central.give(.blobChunk(BlobChunk(stream: first, offset: 40_000, data: [UInt8](repeating: 1, count: 10_000))))
        var expected = BlobTraffic.Flow()
        (expected.count, expected.bytes, expected.bytesDone, expected.bytesPerSecond) = (6, 600_000, 50_000, 2_000)
        #expect(central.machine.traffic(at: central.now).receiving == expected)
        #expect(central.machine.traffic(at: central.now).sending.count == 0)

        var gateway = Transcript(Cast.gateway(head: 0))
        gateway.give(.hello(Cast.central))
        gateway.give(.blobsGrew)
        gateway.give(
            .blobDone(
                .found(
                    [BlobOffer(blob: Cast.photo(1), bytes: 100), BlobOffer(blob: Cast.photo(2), bytes: 9)], next: nil)))
        gateway.give(.blobPull(BlobPull(stream: first, blob: Cast.photo(1), offset: 60, creditBytes: 50)))
        gateway.give(.blobDone(.pieceSent(stream: first, bytes: 20)))
        let sending = gateway.machine.traffic(at: gateway.now).sending
        #expect(sending.count == 2 && sending.bytes == 109 && sending.bytesDone == 80)
        gateway.give(.blobReceipt(BlobReceipt(blob: Cast.photo(1))))
        #expect(gateway.machine.traffic(at: gateway.now).sending.bytes == 9)
    }
}
