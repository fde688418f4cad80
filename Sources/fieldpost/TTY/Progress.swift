/// The progress of a long job: what to print, and when. The caller passes the time in.
struct Progress: Sendable {
    let label: String
    let unit: String
    /// 0: not known.
    var total: Int
    private let isInteractive: Bool
    private var done = 0
    private var lastPercent = -1
    private var lastShown = Duration.zero
    private var hasShown = false

    /// Percent between two lines on an output that cannot be rewritten.
    private static let plainStep = 5
    /// The time between two updates of the bar.
    private static let paintInterval = Duration.milliseconds(100)
    private static let barColumns = 24

    init(label: String, unit: String, total: Int, isInteractive: Bool) {
        self.label = label
        self.unit = unit
        self.total = total
        self.isInteractive = isInteractive
    }

    /// What to print now, or nil. `elapsed`: the time since the job began.
    mutating func advance(to done: Int, elapsed: Duration, columns: Int = 80) -> String? {
        self.done = done
        let percent = total > 0 ? min(100, done * 100 / total) : 0
        if isInteractive {
            guard !hasShown || elapsed - lastShown >= Self.paintInterval || done == total else { return nil }
        } else {
            guard !hasShown || percent >= lastPercent + Self.plainStep || (done == total && percent > lastPercent)
            else {
                return nil
            }
        }
        hasShown = true
        lastShown = elapsed
        lastPercent = percent - percent % Self.plainStep
        let line = self.line(percent: percent, elapsed: elapsed)
        return isInteractive ? "\r\u{1B}[K" + DisplayWidth.fit(line, columns: columns - 1) : line + "\n"
    }

    /// Removes the bar, so that a line can be printed.
    var clearing: String { isInteractive && hasShown ? "\r\u{1B}[K" : "" }

    /// Keeps the bar and ends its line.
    var ending: String { isInteractive && hasShown ? "\n" : "" }

    private func line(percent: Int, elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var parts = [label]
        if isInteractive {
            let filled = Self.barColumns * percent / 100
            parts.append(
                "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: Self.barColumns - filled)
                    + "]")
        }
        parts.append("\(percent) %")
        parts.append("\(Quantity.count(done))/\(Quantity.count(total)) \(unit)")
        parts.append("\(Quantity.count(Int(rate)))/s")
        if rate > 0, done < total {
            parts.append("\(Quantity.duration(seconds: Int((Double(total - done) / rate).rounded(.up)))) left")
        }
        return parts.joined(separator: "  ")
    }
}
