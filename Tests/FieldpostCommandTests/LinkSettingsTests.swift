import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostSync
import TestKit
import Testing

@testable import fieldpost

/// The setting `links`, and what people see of links.
struct LinkSettingsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func load(_ text: String, _ role: Role = .gateway) throws(ConfigurationError) -> Configuration {
        guard let file = try? directory.file("node.yaml", text) else { throw ConfigurationError(problems: []) }
        return try Configuration.load(
            role: role, flags: ConfigurationLayer(), file: file, environment: [:], hostName: "host-1")
    }

    @Test func `Every setting of a link is read`() throws {
        let links = try load(
            """
            links:
              lte:
                interfaces: [wwan0, "ppp*"]
                peers: [10.8.0.0/16, "fd00::1"]
                lanes: [urgent, entries, thumbnails]
                daily: 50MB
                monthly: 1.5GB
                photo_hours: ["22:00-06:00", "12:30-13:00"]
              wifi:
                photo_hours: 00:00-24:00
              卫星: {lanes: []}
            """
        ).settings.links
        let networks = ["10.8.0.0/16", "fd00::1"].compactMap(AddressPrefix.init)
        let policy = LinkPolicy(
            lanes: [.urgent, .entries, .thumbnails], dayBytes: 50_000_000, monthBytes: 1_500_000_000,
            photoHours: [(22 * 3600, 6 * 3600), (12 * 3600 + 1800, 13 * 3600)])
        #expect(links.map(\.name) == ["lte", "wifi", "卫星"])
        #expect(links[0] == LinkClass(name: "lte", interfaces: ["wwan0", "ppp*"], peers: networks, policy: policy))
        #expect(links[1].policy == LinkPolicy(photoHours: [(0, 86_400)]))
        #expect(links[2].policy == LinkPolicy(lanes: []))
        #expect(try load("name: x\n").settings.links == [])
    }

    @Test func `All errors of links are reported with their lines`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try load(
                """
                links:
                  lte:
                    interfaces: [wwan/0, wwan*0]
                    peers:
                      - 10.8.0.1/16
                      - central.example
                    lanes: [reports, photo]
                    dayly: 50MB
                    monthly: 50
                  wifi:
                    daily: 0MB
                    photo_hours: 22-6
                    interfaces: {}
                  sat: 5
                """)
        }
        let messages = error?.problems.map { "\($0.place): \($0.message)" }.map { text in
            text.replacing("\(directory.path)/node.yaml:", with: "")
        }
        let expected = [
            "3: links: lte: interfaces: \"wwan/0\" is not the name of a network interface. Write it like wwan0, or "
                + "wwan* for several.",
            "3: links: lte: interfaces: \"wwan*0\" is not the name of a network interface. Write it like wwan0, or "
                + "wwan* for several.",
            "5: links: lte: peers: \"10.8.0.1/16\" is neither an address nor a network. Write it like 10.8.0.1 or "
                + "10.8.0.0/16.",
            "6: links: lte: peers: \"central.example\" is neither an address nor a network. Write it like 10.8.0.1 or "
                + "10.8.0.0/16.",
            "7: links: lte: lanes: \"reports\" is not one of urgent, entries, thumbnails, photos.",
            "7: links: lte: lanes: \"photo\" is not one of urgent, entries, thumbnails, photos. Did you mean photos?",
            "8: links: lte: unknown key dayly. Did you mean daily?",
            "9: links: lte: monthly: \"50\" is not an amount of data. Write it like 50MB, 1.5GB or 800kB.",
            "11: links: wifi: daily: \"0MB\" is not an amount of data. Write it like 50MB, 1.5GB or 800kB.",
            "12: links: wifi: photo_hours: \"22-6\" are not hours of the day. Write them like 22:00-06:00, in quotes.",
            "13: links: wifi: interfaces takes one value or a list of values.",
            "14: links: sat takes settings of its own: interfaces, peers, lanes, daily, monthly, photo_hours.",
        ]
        #expect(messages == expected)
    }

    @Test(arguments: [
        ("links: lte\n", "links takes classes of links, such as"), ("links: [a]\n", "links takes classes of links"),
        ("links: {\"a\\u202Eb\": {}}\n", "links: the class"),
        ("links: {lte: {lanes: [], lanes: []}}\n", "lanes is set twice"), ("links:\n", "links takes classes"),
    ])
    func `A wrong form is reported`(text: String, words: String) {
        let error = #expect(throws: ConfigurationError.self) { try load(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.problems.count == 1)
    }

    @Test func `Central has no links that cost it money`() {
        let error = #expect(throws: ConfigurationError.self) { try load("links: {lte: {daily: 1GB}}\n", .central) }
        #expect(error?.description.contains(":1: links is a setting for gateway, not for central.") == true)
    }

    @Test func `Changed links need no restart`() throws {
        let before = try load("links: {lte: {daily: 1GB}}\n")
        let after = try load("links: {lte: {daily: 2GB}}\nname: x\n")
        #expect(before.changesAtNextStart(to: after) == ["name"])
    }

    @Test(arguments: [
        ("50MB", 50_000_000), ("1.5GB", 1_500_000_000), ("800kB", 800_000), ("0.000000001GB", 1), ("1GiB", 1 << 30),
        ("1000TB", 1_000_000_000_000_000), ("2MiB", 2 << 20),
    ])
    func `An amount of data is read`(text: String, bytes: UInt64) { #expect(DataVolume(text)?.bytes == bytes) }

    @Test(arguments: [
        "", "MB", "50", "-1MB", "+1MB", "1,5GB", "1.MB", ".5MB", "1.2.3MB", "0MB", "0.0000000001GB", "1001TB",
        "99999999999GB", "1e3MB", "50mb", "1 GB", "٥MB",
    ])
    func `Other texts are no amount of data`(text: String) { #expect(DataVolume(text) == nil) }

    @Test func `People see what a link carried, and why photos wait`() {
        var lte = LinkState(
            name: "lte", lanes: ["urgent", "entries", "thumbnails", "photos"],
            day: .init(bytes: 51 << 20, limit: 50 << 20), month: .init(bytes: 300 << 20, limit: nil),
            photoHours: ["22:00-24:00"])
        (lte.photosWaitFor, lte.photosWaitSeconds, lte.photosThroughSeconds) = ("day-budget", 7_200, 10_000)
        let wifi = LinkState(
            name: "wi\u{1B}fi", lanes: [], day: .init(bytes: 0, limit: nil), month: .init(bytes: 0, limit: nil),
            photoHours: [])
        let state = LinksState(pausedSeconds: 3_600, isTimeKnown: false, links: [lte, wifi])
        let text = LinkText.text(state)
        #expect(
            text.hasPrefix(
                """
                Photos and thumbnails are paused for 1 h more.
                Nobody knows the time, so days are counted by running time.
                LINK\u{20}
                """))
        #expect(text.contains(" 51.0 MiB of 50.0 MiB ") && text.contains(" urgent entries thumbnails photos "))
        #expect(text.contains(" wait for the next day, for 2 h "))
        #expect(text.contains("through in 2 h 46 min") && text.contains("wi\\u{1b}fi"))
        #expect(
            LinkText.lines(state) == [
                "link lte: today 51.0 MiB of 50.0 MiB, photos wait for the next day, for 2 h, through in 2 h 46 min"
            ])
        let none = LinksState(pausedSeconds: nil, isTimeKnown: true, links: [])
        #expect(LinkText.text(none) == "No link has limits, and none has carried anything yet.\n")
    }
}
