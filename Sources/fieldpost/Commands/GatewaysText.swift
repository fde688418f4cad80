import FieldpostAPI

/// The output of `gateways` and `token` for people.
enum GatewaysText {
    static func text(_ list: GatewayList) -> String {
        guard !list.gateways.isEmpty else {
            return "No gateway is enrolled, and none waits. `fieldpost token create` makes an enrollment token.\n"
        }
        var table = TextTable([
            ("name", .left), ("node", .left), ("state", .left), ("grids", .left), ("says of itself", .left),
        ])
        for gateway in list.gateways {
            let state = gateway.isConnected ? "connected" : gateway.state.rawValue
            table.add([
                gateway.name.visibleLine, String(gateway.node.prefix(10)), state,
                gateway.grids.map(\.visibleLine).joined(separator: ", "),
                gateway.selfReport.map(SelfReportText.short) ?? "-",
            ])
        }
        let waiting = list.gateways.filter { $0.state == .waiting }.map { gateway in
            "\n\(gateway.name.visibleLine) waits for approval. It asked from "
                + "\(gateway.address?.visibleLine ?? "an unknown address"). There, `fieldpost enroll` must show these "
                + "words:\n\n    \(gateway.fingerprint ?? "")\n\n"
                + "If the words are the same: fieldpost gateways approve \(gateway.node.prefix(10))\n"
        }
        return table.text + waiting.joined()
    }

    static func text(_ list: TokenList) -> String {
        guard !list.tokens.isEmpty else { return "There are no tokens.\n" }
        var table = TextTable([
            ("number", .right), ("state", .left), ("ends", .left), ("for", .left), ("used by", .left),
        ])
        for token in list.tokens {
            table.add([
                "\(token.number)", token.state.rawValue, token.ends,
                token.name?.visibleLine ?? token.replaces.map { "replaces \($0.prefix(10))" } ?? "any name",
                token.gateway.map { String($0.prefix(10)) } ?? "",
            ])
        }
        return table.text
    }
}
