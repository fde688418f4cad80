import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// The five grids of 南坑社区, as `demo --open` shows them: reports go on coming in, staff and dispatchers work, and a
/// link is cut now and then, until the demo is interrupted. So the console has something to show.
struct OpenHouse: Sendable {
    let fleet: Fleet
    let tell: @Sendable (String) -> Void

    static let account = "演示站长"
    /// By gateway, in turn.
    static let grids = ["BT-01", "BT-02", "BT-03", "BT-04", "BT-05"]

    /// The grids that the gateway with this index serves, of so many.
    static func grids(of gateway: Int, of count: Int) -> [String] {
        grids.enumerated().filter { $0.offset % count == gateway }.map(\.element)
    }

    /// Makes an account and the drawing of the grids, says where to look, and keeps the grids alive. Returns when the
    /// task is cancelled.
    func run() async throws {
        let password = PairingCode.random().text + PairingCode.random().text
        _ = try await fleet.central.socket.setAccount(Self.account, role: "admin", password: password)
        _ = try await fleet.central.socket.set(CentralSetting.map, to: DemoMap.text, replacing: nil)
        try await nameGrids()
        let console = try await fleet.central.socket.status().httpAddress ?? ""
        tell(
            """

            The console is open: http://\(console)/
              name \(Self.account), password \(password)
            The residents' page of each gateway, and that of its staff:
            """)
        for gateway in fleet.gateways {
            let status = try await gateway.socket.status()
            let staff = "http://\(status.httpAddress ?? "")/staff"
            tell("  \(gateway.name): http://\(status.publicAddress ?? "")/ and \(staff)")
        }
        tell("Reports go on coming in. Ctrl-C ends all of it.")
        var town = Town(fleet: fleet)
        while !Task.isCancelled {
            do {
                try await town.live()
            } catch is CancellationError {
                break
            } catch where Task.isCancelled {
                break
            } catch let error as ClientError where error.isTransient {
                // A node is busy: the next turn tries again.
            }
            try? await Task.sleep(for: .milliseconds(1500))
        }
        for link in fleet.links { try? await link.heal() }
    }

    /// The names of the five grids, beside the departments that central has.
    private func nameGrids() async throws {
        let numerals = ["一", "二", "三", "四", "五"]
        var organisation = String(decoding: Organisation.standard.text, as: UTF8.self)
        for (code, numeral) in zip(Self.grids, numerals) { organisation += "grid\t\(code)\t南坑\(numeral)网格\n" }
        let version = (try? await fleet.central.socket.setting(CentralSetting.organisation))?.value.version
        _ = try await fleet.central.socket.set(
            CentralSetting.organisation, to: organisation, replacing: version)
    }
}

/// What people do in the five grids, a little at each call.
private struct Town {
    let fleet: Fleet
    private var random = SystemRandomNumberGenerator()
    private var open: [(report: ReportID, next: Int)] = []
    private var turn = 0

    init(fleet: Fleet) { self.fleet = fleet }

    private static let mostOpen = 60
    private static let texts = [
        ("AQ01", "%@栋%@单元楼道有电动车充电，电线从四楼拉下来"), ("AQ01", "%@栋电梯里有人推电动车上楼"),
        ("AQ03", "%@栋消防通道被两辆货车占用，请尽快处理。第%@次了"), ("SZ01", "%@栋门口井盖松动，踩上去会翘，编号%@"),
        ("SZ05", "%@栋前的路灯不亮，已经第%@天"), ("AQ02", "%@栋楼下飞线充电，插座裸露，第%@根"),
    ]
    /// The usual way of a case at central, with what each step needs.
    private static let way: [(step: String, author: String, more: [String: String])] = [
        ("accepted", "调度员 周静", [:]), ("inspected", "网格员 李强", [:]), ("filed", "调度员 周静", [:]),
        ("dispatched", "调度员 吴磊", ["department": "坂田街道消防安全委员会办公室"]),
        ("claimed", "物业 王敏", ["assignee": "物业 王敏"]), ("handling", "物业 王敏", [:]),
        ("feedback", "物业 王敏", ["reason": "已处理，照片见附件"]), ("verified", "网格员 李强", [:]),
        ("closed", "调度员 周静", [:]),
    ]

    mutating func live() async throws {
        turn += 1
        if open.count < Self.mostOpen, turn % 2 == 1 { try await report() }
        if !open.isEmpty { try await step() }
        // A link is cut for half a minute now and then.
        if turn % 60 == 20 { await fleet.links[0].cut() }
        if turn % 60 == 40 { try await fleet.links[0].heal() }
    }

    private mutating func report() async throws {
        let place = Int.random(in: 0..<OpenHouse.grids.count, using: &random)
        let (category, form) = Self.texts[Int.random(in: 0..<Self.texts.count, using: &random)]
        let numbers = (0..<2).map { _ in "\(Int.random(in: 1...12, using: &random))" }
        let point = DemoMap.point(in: place, &random)
        let fields: [String: JSONValue] = [
            "channel": .text(turn % 4 == 1 ? "suishoupai" : "terminal"), "category": .text(category),
            "text": .text(String(format: form, numbers[0], numbers[1])), "grid": .text(OpenHouse.grids[place]),
            "reporter": .text(turn % 4 == 1 ? "居民" : "网格员 李强"),
            "location": .object([
                "lat": .number(point.latitude), "lon": .number(point.longitude), "datum": .text("wgs84"),
            ]), "priority": .text(category == "AQ01" && turn % 8 == 1 ? "urgent" : "normal"),
        ]
        let input = ReportInput(id: .random(), fields: fields, line: 1)
        let gateway = fleet.gatewayClients[place % fleet.gateways.count]
        try await gateway.create(input)
        open.append((input.id, 0))
    }

    /// Takes the next step of one case at central. One that is not possible there, because central has not heard of the
    /// report yet, is tried again later; a case that went another way is left to whoever looks.
    private mutating func step() async throws {
        let chosen = Int.random(in: 0..<open.count, using: &random)
        let (report, next) = open[chosen]
        guard next < Self.way.count else {
            open.remove(at: chosen)
            return
        }
        let (step, author, more) = Self.way[next]
        var fields = more.mapValues { JSONValue.text($0) }
        (fields["step"], fields["author"]) = (.text(step), .text(author))
        do throws(ClientError) {
            _ = try await fleet.centralClient.step(report, ReportEdit(fields: fields, version: nil))
            open[chosen].next = next + 1
        } catch {
            guard case .refused(let status, _) = error, status != 404 else {
                if error.isTransient { throw error }
                return
            }
            open.remove(at: chosen)
        }
    }
}

/// Five rectangles beside each other, near 22.634 N, 114.070 E: not where the grids really are.
private enum DemoMap {
    private static let (south, west, height, width) = (22.628, 114.058, 0.005, 0.008)

    /// The south-west corner of the grid with this number: three in the north, two in the south.
    private static func corner(_ number: Int) -> (latitude: Double, longitude: Double) {
        let isNorth = number < 3
        let column = Double(isNorth ? number : number - 3) + (isNorth ? 0 : 0.5)
        return (south + (isNorth ? height : 0), west + column * width)
    }

    static func point(
        in number: Int, _ random: inout SystemRandomNumberGenerator
    ) -> (latitude: Double, longitude: Double) {
        let (latitude, longitude) = corner(number)
        return (
            latitude + height * Double.random(in: 0.1..<0.9, using: &random),
            longitude + width * Double.random(in: 0.1..<0.9, using: &random)
        )
    }

    /// GeoJSON (RFC 7946).
    static var text: String {
        let features = OpenHouse.grids.enumerated().map { number, code in
            let (y, x) = corner(number)
            let ring = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
                .map { "[\($0.0),\($0.1)]" }.joined(separator: ",")
            return #"{"type":"Feature","properties":{"grid":"\#(code)","name":"\#(code)"},"geometry":"#
                + #"{"type":"Polygon","coordinates":[[\#(ring)]]}}"#
        }
        return #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#
    }
}
