import FieldpostAPI

/// What gateways say of themselves, for people. Words that this version does not know are texts of others.
enum SelfReportText {
    /// A line for each gateway that has said something. Empty if none has.
    static func table(_ peers: [NodeStatus.PeerState]) -> String {
        let told = peers.compactMap { peer in peer.selfReport.map { (peer, $0) } }
        guard !told.isEmpty else { return "" }
        var table = TextTable([
            ("SAYS OF ITSELF", .left), ("AS OF", .right), ("DISK", .left), ("ENTRIES WAIT", .left), ("URGENT", .left),
            ("PHOTOS WAIT", .left), ("THROUGH", .left), ("LINK", .left), ("ALARMS", .left), ("VERSION", .left),
            ("UP", .right),
        ])
        for (peer, report) in told {
            table.add([
                peer.name.visibleLine, ago(report), report.diskStage.visibleLine, backlog(report.entries),
                backlog(report.urgent), photos(report), through(report), link(report),
                report.alarms.isEmpty ? "-" : report.alarms.map(\.visibleLine).joined(separator: " "),
                report.version.visibleLine, Quantity.duration(seconds: report.uptimeSeconds),
            ])
        }
        return "\n" + table.text
    }

    /// For a list of gateways: "12 entries and 3 photos wait, alarms: disk, 40 s ago".
    static func short(_ report: SelfReport) -> String {
        var waits: [String] = []
        if report.entries.count > 0 { waits.append(Quantity.count(report.entries.count, "entry", "entries")) }
        if report.photos.count > 0 { waits.append(Quantity.count(report.photos.count, "photo")) }
        // The numbers are claims: their sum may be too large.
        let isOne = report.entries.count &+ report.photos.count == 1
        var parts = [waits.isEmpty ? "nothing waits" : waits.joined(separator: " and ") + (isOne ? " waits" : " wait")]
        if report.diskStage != NodeStatus.DiskStage.ample.rawValue {
            parts.append("disk \(report.diskStage.visibleLine)")
        }
        if !report.alarms.isEmpty {
            parts.append("alarms: " + report.alarms.map(\.visibleLine).joined(separator: " "))
        }
        return (parts + [ago(report)]).joined(separator: ", ")
    }

    private static func ago(_ report: SelfReport) -> String {
        "\(Quantity.duration(seconds: report.secondsAgo)) ago"
    }

    /// "1,204, oldest 2 h".
    private static func backlog(_ backlog: SelfReport.Backlog) -> String {
        guard backlog.count > 0 else { return "-" }
        let oldest = backlog.oldestSeconds.map { ", oldest \(Quantity.duration(seconds: $0))" } ?? ""
        return Quantity.count(backlog.count) + oldest
    }

    private static func photos(_ report: SelfReport) -> String {
        guard report.photos.count > 0 else { return "-" }
        let oldest = report.photos.oldestSeconds.map { ", oldest \(Quantity.duration(seconds: $0))" } ?? ""
        return "\(Quantity.count(report.photos.count)) (\(Quantity.bytes(report.photos.bytes)))\(oldest)"
            + (report.photosWaitFor.map { ": \(LinkText.wait($0))" } ?? "")
    }

    private static func through(_ report: SelfReport) -> String {
        guard report.photos.count > 0, let seconds = report.photosThroughSeconds else { return "-" }
        return "in \(Quantity.duration(seconds: seconds))"
    }

    /// "lte, 38.1 MiB left today, 858.3 MiB this month".
    private static func link(_ report: SelfReport) -> String {
        var parts = [report.link?.visibleLine ?? "-"]
        if let bytes = report.dayBytesLeft { parts.append("\(Quantity.bytes(bytes)) left today") }
        if let bytes = report.monthBytesLeft { parts.append("\(Quantity.bytes(bytes)) left this month") }
        return parts.joined(separator: ", ")
    }
}
