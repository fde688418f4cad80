import FieldpostAPI

/// A gateway's links for people.
enum LinkText {
    static func text(_ state: LinksState) -> String {
        var text = ""
        if let seconds = state.pausedSeconds {
            text += "Photos and thumbnails are paused for \(Quantity.duration(seconds: seconds)) more.\n"
        }
        if !state.isTimeKnown { text += "Nobody knows the time, so days are counted by running time.\n" }
        guard !state.links.isEmpty else {
            return text + "No link has limits, and none has carried anything yet.\n"
        }
        var table = TextTable([
            ("LINK", .left), ("TODAY", .right), ("THIS MONTH", .right), ("CARRIES", .left), ("PHOTOS", .left),
            ("THROUGH", .left),
        ])
        for link in state.links {
            table.add([
                link.name.visibleLine, budget(link.day), budget(link.month),
                link.lanes.isEmpty ? "no reports" : link.lanes.joined(separator: " "), photos(link),
                link.photosThroughSeconds.map(through) ?? "-",
            ])
        }
        return text + table.text
    }

    /// For `fieldpost status`: one line for each class that has a budget, or on which photos wait.
    static func lines(_ state: LinksState) -> [String] {
        state.links.filter { $0.day.limit != nil || $0.month.limit != nil || $0.photosWaitFor != nil }.map { link in
            var parts = ["link \(link.name.visibleLine): "]
            if link.day.limit != nil { parts.append("today \(budget(link.day)), ") }
            if link.month.limit != nil { parts.append("this month \(budget(link.month)), ") }
            parts.append("photos \(photos(link))")
            if let seconds = link.photosThroughSeconds, seconds > 0 { parts.append(", \(through(seconds))") }
            return parts.joined()
        }
    }

    /// "1.5 MiB of 47.7 MiB".
    private static func budget(_ budget: LinkState.Budget) -> String {
        Quantity.bytes(budget.bytes) + (budget.limit.map { " of \(Quantity.bytes($0))" } ?? "")
    }

    private static func through(_ seconds: UInt64) -> String {
        seconds == 0 ? "all through" : "through in \(Quantity.duration(seconds: seconds))"
    }

    private static func photos(_ link: LinkState) -> String {
        guard let reason = link.photosWaitFor else {
            return link.photoHours.isEmpty ? "go" : "go until the end of \(link.photoHours.joined(separator: ", "))"
        }
        let words = reason == "hours" ? "wait for \(link.photoHours.joined(separator: ", "))" : wait(reason)
        return words + (link.photosWaitSeconds.map { ", for \(Quantity.duration(seconds: $0))" } ?? "")
    }

    /// Why photos wait, as words that follow "photos". A reason of a later version is shown as it is.
    static func wait(_ reason: String) -> String {
        switch reason {
        case "lane": "do not use this link"
        case "paused": "are paused"
        case "hours": "wait for their hours"
        case "unknown-time": "wait until the time is known"
        case "day-budget": "wait for the next day"
        case "month-budget": "wait for the next month"
        default: "wait (\(reason.visibleLine))"
        }
    }
}
