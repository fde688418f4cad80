import Testing

@testable import fieldpost

struct SpanTests {
    @Test(arguments: [("14d", 1_209_600), ("36h", 129_600), ("90m", 5400), ("1s", 1), ("3650d", 315_360_000)])
    func `a length of time is a number and its unit`(text: String, seconds: UInt64) {
        #expect(Span(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "d", "14", "0d", "-1d", "1.5h", "14 d", "3651d", "99999999999999999999d", "1w", "٣d", "1d1h"])
    func `other text is not a length of time`(text: String) {
        #expect(Span(text) == nil)
    }
}
