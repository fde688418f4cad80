import FieldpostNode

/// What `release` prints for people.
enum ReleaseText {
    static func text(_ result: ReleasedLives, gateway: String) -> String {
        let gateway = gateway.visibleLine
        return result.released == 0
            ? "No life of \(gateway) was waiting. Nothing was changed.\n"
            : "\(Quantity.count(result.released, "life", "lives")) of \(gateway) let in. What was taken in there comes "
                + "to central at its next connection. See that no other copy of its card is running, then end the "
                + "alarm with `fieldpost incidents --settle`.\n"
    }
}
