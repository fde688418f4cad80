import FieldpostAPI

/// What `gateways accept-clone` prints for people.
enum AcceptCloneText {
    static func text(_ result: AcceptedClones, gateway: String, forgetting: Bool = false) -> String {
        let gateway = gateway.visibleLine
        if forgetting {
            return result.forgotten == 0
                ? "Each incarnation of \(gateway) that is known has entries here. Nothing was changed.\n"
                : "\(Quantity.count(result.forgotten, "incarnation")) of \(gateway) without entries forgotten. Those "
                    + "that it says hello as again are known again.\n"
        }
        return result.accepted == 0
            ? "No incarnation of \(gateway) was waiting. Nothing was changed.\n"
            : "\(Quantity.count(result.accepted, "incarnation")) of \(gateway) let in. What was taken in there comes "
                + "to central at its next connection. See that no other copy of its card is running, then end the "
                + "alarm with `fieldpost incidents resolve`.\n"
    }
}
