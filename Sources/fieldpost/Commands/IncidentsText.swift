import FieldpostAPI

/// The output of `incidents` for people. The names of accounts may be texts that others chose.
enum IncidentsText {
    static func text(_ list: IncidentList) -> String {
        guard !list.incidents.isEmpty else { return "This journal has no incidents.\n" }
        let lines = list.incidents.map { incident in
            "\(incident.at?.visibleLine ?? "at an unknown time")  \(incident.isResolved ? "resolved" : "open")  "
                + "\(incident.account.visibleLine)\n"
        }
        let open = list.incidents.count { !$0.isResolved }
        let advice =
            open == 0
            ? "All incidents are resolved. Nothing needs to be done.\n"
            : "\(Quantity.count(open)) open. Entries of this journal and its peers are kept. When `fieldpost status` "
                + "shows the peers connected and nothing waiting, end the alarms with `fieldpost incidents resolve`.\n"
        return lines.joined() + "\n" + advice
    }

    static func text(_ result: ResolvedIncidents) -> String {
        result.resolved == 0
            ? "No incident was open. Nothing was changed.\n"
            : "\(Quantity.count(result.resolved, "incident")) resolved. Their alarms have ended. "
                + "`fieldpost incidents` still lists what happened.\n"
    }
}
