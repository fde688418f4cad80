import FieldpostAPI

/// The output of `why` for people: a headline, and one fact a line.
enum WhyText {
    static func text(_ answer: Whereabouts) -> String {
        var lines: [String] = []
        if let report = answer.report {
            lines.append(headline(report))
            lines += facts(report, answer).map { "  \($0)" }
            if !answer.otherReports.isEmpty {
                lines.append("  Named also by " + answer.otherReports.map(\.visibleLine).joined(separator: ", ") + ".")
            }
        } else {
            lines.append("No report here names this photo or clip.")
        }
        lines += answer.photos.map { "  " + photo($0, answer) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func headline(_ report: Whereabouts.Report) -> String {
        let grid = report.grid.map { "grid \($0.visibleLine)" }
        let channel = report.channel.map { "by \($0.visibleLine)" }
        return ([report.id] + [report.category?.visibleLine, grid, channel].compactMap { $0 }).joined(separator: "  ")
    }

    // MARK: The report

    private static func facts(_ report: Whereabouts.Report, _ answer: Whereabouts) -> [String] {
        var facts = [taken(report)].compactMap { $0 } + [held(report)]
        if answer.role == .gateway {
            facts += way(report, answer.uplink)
        } else {
            facts.append("This node is central: what is here has arrived.")
            facts += report.gateways.map(gateway)
            if report.gateways.isEmpty { facts.append("No gateway that is enrolled now may see it.") }
        }
        if report.gaps > 0 {
            facts.append(
                "Entries of \(Quantity.count(report.gaps, "node")) are missing here. They are asked for at each "
                    + "connection.")
        }
        if !report.conflicts.isEmpty {
            facts.append(
                "In conflict: \(report.conflicts.map(\.visibleLine).joined(separator: ", ")). See `fieldpost "
                    + "conflicts \(report.id)`.")
        }
        facts += report.quarantined.map { "In quarantine: \($0.dot.visibleLine) (\($0.reason.visibleLine))." }
        return facts
    }

    private static func taken(_ report: Whereabouts.Report) -> String? {
        guard let node = report.takenBy else { return nil }
        let place = report.isTakenHere ? "here" : "by node \(node.prefix(10))"
        guard let at = report.takenAt else { return "Taken in \(place), at an unknown time." }
        let corrected = report.correctedAt.map { $0 == at ? "" : " (corrected: \($0.visibleLine))" } ?? ""
        return "Taken in \(place) at \(at.visibleLine)\(corrected)."
    }

    private static func held(_ report: Whereabouts.Report) -> String {
        if report.isWithdrawn { return "It left this gateway's grids, so its content was removed here." }
        if report.isPruned { return "Its content was removed here when it had rested, because central holds it." }
        return "Durable here: \(Quantity.count(report.entries, "entry", "entries"))."
    }

    private static func way(_ report: Whereabouts.Report, _ uplink: UplinkState?) -> [String] {
        guard let waiting = report.waiting else { return ["Central has confirmed all that was written of it here."] }
        var facts = [
            "Central has not confirmed \(Quantity.count(waiting.entries, "entry", "entries")) of it "
                + "(\(Quantity.bytes(waiting.bytes)))."
        ]
        if let uplink { facts.append(link(uplink)) }
        let lane = waiting.isUrgent ? "urgent" : "entries"
        if let wait = uplink?.waits[lane] { facts.append("Its entries " + words(wait) + ".") }
        if waiting.isUrgent {
            facts.append("It is urgent: it goes ahead of the others, and central may hold it already.")
        }
        let ahead =
            waiting.entriesAhead == 0
            ? "Nothing is ahead of it."
            : "Ahead of it: \(Quantity.count(waiting.entriesAhead, "entry", "entries")) "
                + "(about \(Quantity.bytes(waiting.bytesAhead)))."
        facts.append(ahead)
        if let seconds = waiting.expectedSeconds {
            let rate = uplink?.bytesPerSecond.map { " The link carries about \(Quantity.bytes($0))/s." } ?? ""
            let time = seconds == 0 ? "within a second" : "in about \(Quantity.duration(seconds: seconds))"
            facts.append("Expected at central \(time).\(rate)")
        } else if uplink?.isConnected == true {
            facts.append("Nobody can say when it arrives.")
        } else {
            facts.append("It goes as soon as the link is up.")
        }
        return facts
    }

    private static func link(_ uplink: UplinkState) -> String {
        if uplink.isConnected {
            let name = uplink.link.map { " over \($0.visibleLine)" } ?? ""
            return "Connected to \(uplink.central?.visibleLine ?? "central")\(name)."
        }
        if let hindrance = uplink.hindrance { return "Not connected: \(hindrance.visibleLine)." }
        let heard =
            uplink.heardSecondsAgo.map { "last heard \(Quantity.duration(seconds: $0)) ago" }
            ?? "not heard since this node started"
        let reason = uplink.lastError.map { ": \($0.visibleLine)" } ?? ""
        let next =
            uplink.nextTrySeconds.map { "Next attempt in \(Quantity.duration(seconds: $0))." } ?? "It is dialled now."
        return "Not connected to central, \(heard)\(reason). \(next)"
    }

    private static func gateway(_ gateway: Whereabouts.Gateway) -> String {
        let name = "Gateway \(gateway.name.visibleLine)" + (gateway.isConnected ? "" : " (not connected)")
        switch gateway.waiting {
        case nil: return "\(name): much waits for it, so whether it holds all of this is not known."
        case 0?: return gateway.isAuthor ? "\(name): wrote to it, and holds all of it." : "\(name): holds all of it."
        case let count?: return "\(name): has not confirmed \(Quantity.count(count, "entry", "entries")) of it."
        }
    }

    // MARK: Photos

    private static func photo(_ photo: Whereabouts.Photo, _ answer: Whereabouts) -> String {
        let size = Quantity.bytes(photo.bytes)
        let name = "Photo or clip \(photo.sha256.prefix(12)) (\(size))"
        let refused = photo.refused.map(PhotoText.refusal)
        switch photo.place {
        case "here":
            if photo.isAtCentral {
                return answer.role == .central ? "\(name): here." : "\(name): here, and whole at central."
            }
            if let refused { return "\(name): here, but central refused it: \(refused)." }
            return "\(name): here, not whole at central. " + photoWay(photo, answer.uplink)
        case "on-the-way":
            return "\(name): on its way here, \(Quantity.bytes(photo.bytesHere ?? 0)) of \(size) have come."
        default:
            if photo.isAtCentral { return "\(name): at central, and not kept here." }
            if let refused { return "\(name): not here, this node refused it: \(refused)." }
            return "\(name): not here. "
                + (answer.role == .central
                    ? "The gateway where it was made has not sent it, or its device has not finished the upload."
                    : "Its device has not finished the upload, or another node holds it.")
        }
    }

    private static func photoWay(_ photo: Whereabouts.Photo, _ uplink: UplinkState?) -> String {
        guard let uplink else { return "" }
        guard uplink.isConnected else { return "It waits for the link." }
        var parts: [String] = []
        if let sent = photo.bytesSent {
            parts.append(
                sent == 0
                    ? "It is offered to central."
                    : "About \(Quantity.bytes(sent)) of \(Quantity.bytes(photo.bytes)) have gone.")
        } else {
            parts.append("Others go before it.")
        }
        if let wait = uplink.waits["photos"] { parts.append("Photos \(words(wait)).") }
        if let seconds = uplink.photosThroughSeconds, seconds > 0 {
            parts.append("All photos that wait are through in about \(Quantity.duration(seconds: seconds)).")
        }
        return parts.joined(separator: " ")
    }

    /// "wait for the next day, for 3 h": follows what waits.
    private static func words(_ wait: UplinkState.Wait) -> String {
        LinkText.wait(wait.reason) + (wait.seconds.map { ", for \(Quantity.duration(seconds: $0))" } ?? "")
    }
}
