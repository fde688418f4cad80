import FieldpostCore
import Foundation

/// One invented report: what an inspector, a citizen or a sensor of a Chinese city district might send.
package enum GeneratedReport {
    /// 2026-03-01T08:00:00+08:00. Each report comes some seconds after the one before it.
    private static let firstSecond: Int64 = 1_772_323_200
    private static let secondsApart: Int64 = 37

    package static func make(index: Int, seed: UInt64, source: String) -> ReportInput {
        let row = String(index)
        let choice = ReportIdentity.bits("choice", source, row)
        var random = SeededGenerator(seed: UInt64(truncatingIfNeeded: choice))
        let place = random.below(GeneratedPhrases.communities.count)
        let (street, community) = GeneratedPhrases.communities[place]
        let category = random.pick(Catalogue.standard.categories)
        var report = ReportInput(
            id: ReportIdentity.report(source: source, row: row),
            fields: [:], street: street, community: community, line: index + 1)
        setOrigin(of: &report, community: place, &random)
        report.set(.category, category.code)
        report.set(.text, text(category, community: community, &random))
        report.set(.capturedAt, time(index, &random))
        report.set(.priority, category.major.code == "AQ" && random.below(4) == 0 ? "urgent" : "normal")
        report.set(.grid, grid(of: place))
        report.set(.department, category.department)
        CommunityPlace.locate(&report, community: community, choice: choice)
        return report
    }

    /// The grid code of a community: "G", two digits for the street, and two digits for the community in it.
    package static func grid(of community: Int) -> String { "G\(101 + community / 4)\(10 + community % 4)" }

    private static func setOrigin(of report: inout ReportInput, community: Int, _ random: inout SeededGenerator) {
        let number = String(1000 + community * 40 + random.below(40))
        switch random.below(10) {
        case 0..<5:
            report.set(.channel, "terminal")
            report.set(.device, "terminal-\(number)")
            report.set(.reporter, "网格员\(number)")
        case 5..<8:
            report.set(.channel, "suishoupai")
            report.set(.device, "phone-\(number)")
        case 8:
            report.set(.channel, "app")
            report.set(.reporter, "热心市民")
        default:
            report.set(.channel, "sensor")
            report.set(.device, "sensor-\(number)")
        }
    }

    private static func text(
        _ category: Catalogue.Category, community: String, _ random: inout SeededGenerator
    ) -> String {
        let opening = random.pick(GeneratedPhrases.openings)
        let spot = random.pick(GeneratedPhrases.spots).replacing("#", with: String(1 + random.below(60)))
        let detail = random.pick(GeneratedPhrases.details[category.major.code] ?? GeneratedPhrases.commonDetails)
        let request = random.pick(GeneratedPhrases.requests)
        return "\(opening)\(community)\(spot)有“\(category.chinese)”问题，\(detail)，\(request)。"
    }

    private static func time(_ index: Int, _ random: inout SeededGenerator) -> String {
        let second = firstSecond + Int64(index) * secondsApart + Int64(random.below(Int(secondsApart)))
        let local = Date(timeIntervalSince1970: TimeInterval(second + 8 * 3600)).formatted(
            .iso8601.timeZoneSeparator(.omitted))
        return local.replacing("Z", with: "+08:00")
    }
}
