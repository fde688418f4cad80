import FieldpostAPI

/// What `incidents` prints for people. Accounts may hold names that others chose.
enum IncidentsText {
    static func text(_ list: IncidentList) -> String {
        guard !list.incidents.isEmpty else { return "Nothing has happened to this journal.\n" }
        let lines = list.incidents.map { incident in
            "\(incident.at?.visibleLine ?? "at an unknown time")  \(incident.isResolved ? "resolved" : "open")  "
                + "\(incident.account.visibleLine)\n"
        }
        let open = list.incidents.count { !$0.isResolved }
        let advice =
            open == 0
            ? "All incidents are resolved. Nothing needs to be done.\n"
            : "\(Quantity.count(open)) open. What this journal and its peers hold is kept. When `fieldpost status` "
                + "shows the peers connected and nothing waiting, end the alarms with `fieldpost incidents resolve`.\n"
        return lines.joined() + "\n" + advice
    }

    static func text(_ result: ResolvedIncidents) -> String {
        result.resolved == 0
            ? "No incident was open. Nothing was changed.\n"
            : "\(Quantity.count(result.resolved, "incident")) resolved: no alarm is left of them. "
                + "`fieldpost incidents` still lists what happened.\n"
    }
}
