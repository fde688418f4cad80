import FieldpostAPI

/// The output of `gateways accept-clone` for people.
enum AcceptCloneText {
    static func text(_ result: AcceptedClones, gateway: String, forgetting: Bool = false) -> String {
        let gateway = gateway.visibleLine
        if forgetting {
            return result.forgotten == 0
                ? "All known incarnations of \(gateway) have entries here. Nothing was changed.\n"
                : "\(Quantity.count(result.forgotten, "incarnation")) of \(gateway) without entries forgotten. Central "
                    + "registers them again if the gateway uses them again.\n"
        }
        return result.accepted == 0
            ? "No incarnation of \(gateway) was waiting. Nothing was changed.\n"
            : "\(Quantity.count(result.accepted, "incarnation")) of \(gateway) accepted. Its entries come "
                + "to central at its next connection. Make sure that no other copy of its card is running. Then end "
                + "the alarm with `fieldpost incidents resolve`.\n"
    }
}
