import FieldpostNode

/// What `release` prints for people.
enum ReleaseText {
    static func text(_ result: ReleasedLives, gateway: String, forgetting: Bool = false) -> String {
        let gateway = gateway.visibleLine
        if forgetting {
            return result.forgotten == 0
                ? "Each life of \(gateway) that is known has entries here. Nothing was changed.\n"
                : "\(Quantity.count(result.forgotten, "life", "lives")) of \(gateway) without entries forgotten. Those "
                    + "that it says hello as again are known again.\n"
        }
        return result.released == 0
            ? "No life of \(gateway) was waiting. Nothing was changed.\n"
            : "\(Quantity.count(result.released, "life", "lives")) of \(gateway) let in. What was taken in there comes "
                + "to central at its next connection. See that no other copy of its card is running, then end the "
                + "alarm with `fieldpost incidents --settle`.\n"
    }
}
