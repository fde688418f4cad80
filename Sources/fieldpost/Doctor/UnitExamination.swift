import FieldpostCore

/// The node's unit, as systemd sees it.
enum UnitExamination {
    private static let properties = [
        "LoadState", "UnitFileState", "ActiveState", "SubState", "NRestarts", "Result", "WatchdogUSec", "StatusText",
    ]

    static func findings(of role: Role) -> [Finding] {
        guard Outside.isSystemdRunning else {
            return [.ok("unit", "systemd does not run here")]
        }
        let unit = "fieldpost-\(role.name)"
        guard let text = show(unit) else {
            return [
                .warning(
                    "unit", "`systemctl show \(unit)` gave no answer", mend: "run it by hand, and see what it says")
            ]
        }
        return findings(unit, values(text))
    }

    static func values(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        return values
    }

    static func findings(_ unit: String, _ values: [String: String]) -> [Finding] {
        guard values["LoadState"] == "loaded" else {
            return [.warning("unit", "\(unit) is not installed", mend: "install the package, or copy it from Deploy")]
        }
        var findings: [Finding] = []
        if values["UnitFileState"] != "enabled" {
            findings.append(
                .warning(
                    "unit", "\(unit) is not enabled, so it does not start with the machine",
                    mend: "systemctl enable \(unit)"))
        }
        let said = values["StatusText"].flatMap { $0.isEmpty ? nil : ": \($0)" } ?? ""
        switch values["ActiveState"] {
        case "active": break
        case "failed":
            findings.append(
                .fault(
                    "unit", "\(unit) has failed (\(values["Result"] ?? ""))\(said)",
                    mend: "journalctl -u \(unit) -n 50; then systemctl restart \(unit)"))
        default:
            findings.append(
                .warning(
                    "unit", "\(unit) is \(values["ActiveState"] ?? "unknown") (\(values["SubState"] ?? ""))\(said)",
                    mend: "systemctl start \(unit)"))
        }
        if let restarts = values["NRestarts"].flatMap({ Int($0) }), restarts > 0 {
            findings.append(
                .warning(
                    "unit", "\(unit) was started again \(Quantity.count(restarts, "time")) by systemd",
                    mend: "journalctl -u \(unit) -p warning; `systemctl restart \(unit)` begins the count anew"))
        }
        if ["0", "infinity"].contains(values["WatchdogUSec"]) {
            findings.append(
                .warning(
                    "unit", "\(unit) has no watchdog, so nothing ends a node that hangs",
                    mend: "take the line WatchdogSec= from the package's unit"))
        }
        guard findings.isEmpty else { return findings }
        return [.ok("unit", "\(unit) is enabled and runs, with a watchdog of \(values["WatchdogUSec"] ?? "?")")]
    }

    private static func show(_ unit: String) -> String? {
        Outside.output(of: ["systemctl", "show", unit, "-p", properties.joined(separator: ",")])
    }
}
