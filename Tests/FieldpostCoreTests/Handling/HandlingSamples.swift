import Testing

@testable import FieldpostCore

/// "2018-02-14 09:30" or "2018-02-14 09:30:15" in Asia/Shanghai, as milliseconds.
func shanghai(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> Int64 {
    let parts = text.split(separator: " ")
    let numbers = parts.last?.split(separator: ":").compactMap { Int64($0) } ?? []
    guard parts.count == 2, let day = CivilDay(text: parts[0]), numbers.count >= 2 else {
        Issue.record("“\(text)” is no time", sourceLocation: sourceLocation)
        return 0
    }
    return day.milliseconds(at: ((numbers[0] * 60 + numbers[1]) * 60 + (numbers.count > 2 ? numbers[2] : 0)) * 1000)
}

/// The other way; with seconds and milliseconds where they are not zero.
func shanghaiText(_ milliseconds: Int64) -> String {
    let time = CivilTime(milliseconds: milliseconds)
    func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
    let minutes = time.millisecondOfDay / 60_000
    let rest = time.millisecondOfDay % 60_000
    return "\(time.day) \(two(minutes / 60)):\(two(minutes % 60))" + (rest == 0 ? "" : " and \(rest) ms")
}

func limit(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> HandlingLimit {
    try #require(HandlingLimit(text: text), sourceLocation: sourceLocation)
}

extension HandlingLimit {
    static func random(using generator: inout SeededGenerator) -> HandlingLimit {
        let kind = Kind.allCases.randomElement(using: &generator) ?? .officeHours
        let amount =
            generator.next() % 8 == 0
            ? Int.random(in: kind.amounts, using: &generator) : Int.random(in: 1...40, using: &generator)
        return HandlingLimit(amount, kind)!
    }
}

extension Int64 {
    /// An instant in 2018 to 2026; often in office hours, on the hour, or at an edge of them.
    static func randomStart(using generator: inout SeededGenerator, from: String = "2018-01-01", to: String) -> Int64 {
        guard let first = CivilDay(text: from), let last = CivilDay(text: to) else { return 0 }
        let day = CivilDay(number: Int64.random(in: first.number...last.number, using: &generator))
        let edges: [Int64] = [0, 510, 720, 840, 1080, 1439, 750, 600]
        switch generator.next() % 4 {
        case 0: return day.milliseconds(at: (edges.randomElement(using: &generator) ?? 0) * 60_000)
        case 1:
            let edge = (edges.randomElement(using: &generator) ?? 0) * 60_000
            return day.milliseconds(at: edge + Int64.random(in: -1000...1000, using: &generator))
        default: return day.milliseconds(at: Int64.random(in: 0..<86_400_000, using: &generator))
        }
    }
}
