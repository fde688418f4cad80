import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// Contact data from a gateway to whoever opens it at central, with processes as an operator runs them.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SealingCommandTests {
    private let place: TemporaryDirectory
    private static let phones = ["13800138001", "13800138002"]

    init() throws { place = try TemporaryDirectory() }

    private func create(_ number: Int, seed: Int = 0, at client: FieldpostClient) async throws -> ReportID {
        var report = try #require(ReportSource.generated(count: 1, seed: UInt64(10 * seed + number)).reports.first)
        report.fields["contact"] = .object(["name": .text("李阿姨"), "phone": .text(Self.phones[number])])
        _ = try await client.create(report)
        return report.id
    }

    @Test func `A gateway seals to the key that central made, its disk never has it, and central's roles open it`()
        async throws
    {
        let central = try Program.node("central", "central", in: place.path + "/central", [])
        let address = try #require(try await central.start().peerAddress)
        defer { central.kill() }
        let gateway = try Program.node("gateway", "station-1", in: place.path + "/gateway", ["--dial", address])
        try await gateway.enroll(with: central)
        let near = try FieldpostClient(at: try #require(try await gateway.start().httpAddress))
        defer { gateway.kill() }
        func sealing(_ arguments: [String]) async throws -> String {
            let (status, output) = try await Program.run(
                ["sealing"] + arguments + ["--state-directory", central.directory])
            #expect(status == 0, "\(arguments)")
            return String(decoding: output, as: UTF8.self)
        }
        #expect(try await sealing([]).hasPrefix("There is no sealing key"))
        let refused = await #expect(throws: ClientError.self) { _ = try await create(0, at: near) }
        #expect("\(String(describing: refused))".contains("sealing key"))

        let first = String(try await sealing(["rotate"]).prefix(16))
        let path = "\(central.directory)/sealing-\(first).key"
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        var reports: [ReportID] = []
        #expect(
            try await waits(120) {
                guard let id = try? await create(0, at: near) else { return false }
                reports = [id]
                return true
            }, "the key comes by the feed")
        // Nobody sets a key that nobody holds.
        let other = "sealing-key\t1\nx25519\t\(String(repeating: "09", count: 32))\n"
        let version = try await central.socket.setting("sealing-key").value.version
        await #expect(throws: ClientError.self) {
            _ = try await central.socket.set("sealing-key", to: other, replacing: version)
        }

        let second = String(try await sealing(["rotate"]).split(separator: "\n").first { $0.contains("current") } ?? "")
        #expect(!second.hasPrefix(first))
        #expect(try await sealing([]).contains("\(first)  former"))
        // The gateway seals to the new key once that has come to it.
        var tries = 0
        #expect(
            try await waits(120) {
                tries += 1
                let id = try await create(1, seed: tries, at: near)
                guard try await waits(120, until: { (try? await central.socket.contact(of: id)) != nil }),
                    let key = try await central.socket.contact(of: id).value["contacts"]?.list?.first?["key"]?.text,
                    second.hasPrefix(key)
                else { return false }
                reports.append(id)
                return true
            })
        for (number, id) in reports.enumerated() {
            #expect(
                try await waits(120) {
                    let contact = try? await central.socket.contact(of: id).value["contacts"]?.list?.first
                    return contact?["phone"]?.text == Self.phones[number] && contact?["name"]?.text == "李阿姨"
                }, "\(number)")
        }
        #expect(try await sealing(["open", "\(reports[0])"]) == "李阿姨  \(Self.phones[0])\n")
        await #expect(throws: ClientError.self) { _ = try await gateway.socket.contact(of: reports[0]) }
        let events = try await central.socket.auditLog().list.events.map(\.account)
        #expect(events.contains("Opened the contact data of report \(reports[0])."))

        #expect(await gateway.stop())
        #expect(await central.stop())
        for directory in [gateway.directory, central.directory] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
            var read = 0
            for name in names {
                guard let bytes = FileManager.default.contents(atPath: directory + "/" + name) else { continue }
                read += bytes.count
                for phone in Self.phones { #expect(bytes.range(of: Data(phone.utf8)) == nil, "\(name)") }
            }
            #expect(read > 100_000)
        }

        // Without its private key, nothing opens, and the command says which key is missing.
        try FileManager.default.removeItem(atPath: path)
        try await central.start()
        let lost = try await sealing(["open", "\(reports[0])"])
        #expect(lost == "(sealed to the key \(first), which does not open it)\n")
        #expect(try await sealing(["open", "\(reports[1])"]).contains(Self.phones[1]))
    }
}
