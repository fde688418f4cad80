import FieldpostClient

/// Assigns each report to one of several gateways, so that a whole street or community stays with one of them.
struct ReportSplit: Sendable {
    enum Key: String, CaseIterable, Sendable {
        case street, community
    }

    let gateways: Int
    private let key: Key
    private let assigned: [String: Int]

    /// Assigns the largest parts first, each to the gateway that has the fewest reports so far.
    init(_ source: ReportSource, over gateways: Int, by key: Key) {
        precondition(gateways > 0, "a split over no gateway")
        self.gateways = gateways
        self.key = key
        var sizes: [String: Int] = [:]
        if gateways > 1 {
            for case .report(let report) in source { sizes[Self.part(report, key), default: 0] += 1 }
        }
        var loads = Array(repeating: 0, count: gateways)
        var assigned: [String: Int] = [:]
        for (part, size) in sizes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            let least = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            assigned[part] = least
            loads[least] += size
        }
        self.assigned = assigned
    }

    /// 0..<gateways.
    func gateway(of report: ReportInput) -> Int { assigned[Self.part(report, key)] ?? 0 }

    private static func part(_ report: ReportInput, _ key: Key) -> String {
        switch key {
        case .street: report.street
        case .community: report.community
        }
    }
}
