/// All gateways that central knows.
package struct GatewayList: Codable, Hashable, Sendable {
    package var gateways: [GatewayRecord]

    package init(gateways: [GatewayRecord]) { self.gateways = gateways }
}
