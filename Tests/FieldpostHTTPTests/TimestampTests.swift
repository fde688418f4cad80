import Foundation
import Testing

@testable import FieldpostHTTP

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2018-05-01T08:30:00.25+08:00", 1_525_134_600_250),
        ("2000-02-29T23:59:60Z", 951_868_800_000), ("1969-12-31t23:59:59.9999z", -1),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("2036-02-29T12:00:00-00:30", 2_087_901_000_000),
    ])
    func `a time is read to the millisecond`(text: String, expected: Int64) {
        #expect(Timestamp.milliseconds(text) == expected)
    }

    @Test(arguments: [
        "", "2018-05-01", "2018-05-01T08:30:00", "2018-13-01T00:00:00Z", "2018-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2018-05-01T24:00:00Z", "2018-05-01T08:60:00Z", "2018-05-01T08:30:61Z", "2018-05-01 08:30:00Z",
        "2018-05-01T08:30:00.Z", "2018-05-01T08:30:00+0800", "2018-05-01T08:30:00Z ", "0000-01-01T00:00:00+00:01",
        "二〇一八", "9999-12-31T23:59:59-00:01",
    ])
    func `an invalid time is refused`(text: String) {
        #expect(Timestamp.milliseconds(text) == nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `text and time agree with Foundation's calendar`(seed: UInt64) {
        var state = seed
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let seconds = Int64(state >> 16) % 8_000_000_000
            // In whole seconds, because Foundation rounds binary fractions.
            let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601).replacing("Z", with: ".007Z")
            let milliseconds = seconds * 1000 + 7
            #expect(Timestamp.milliseconds(text) == milliseconds)
            #expect(Timestamp.text(milliseconds) == text)
        }
    }

    @Test func `times beyond four digits have no text`() {
        for time in [Int64.min, Int64.max, 253_402_300_800_000, -62_167_219_200_001] {
            #expect(Timestamp.text(time) == nil)
        }
    }
}
