import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// The demo as a user runs it: with broken links, edits on both sides, and killed processes.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ReplayTests {
    static let data = ProcessInfo.processInfo.environment["FIELDPOST_TEST_DATA"]

    /// What the demo prints, as far as these tests look at it.
    private struct Summary: Decodable {
        let reportsAccepted: Int
        let reportsAtCentral: Int
        let gateways: Int
        let cuts: Int
        let kills: Int
        let reportsEditedOnBothSides: Int
        let reportsInConflict: Int
        let backlog: Backlog
        let photos: Photos
        let day: Handling
        let agreements: [Agreement]
        let failures: [String]

        struct Backlog: Decodable {
            let jsonEntriesBytes: Double
            let linkBytes: Double
        }

        struct Handling: Decodable {
            let cases: Int
            let disputed: Int
            let open: Int
        }

        struct Photos: Decodable {
            let taken: Int
            let atCentral: Int
            let bytes: UInt64
            let cuts: Int
            let bytesAtCut: UInt64
            let linkBytes: UInt64
        }
    }

    private func replay(_ arguments: [String]) async throws -> Summary {
        let (status, output) = try await Program.run(["demo", "--json"] + arguments)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let summary = try decoder.decode(Summary.self, from: output)
        #expect(status == 0 && summary.failures.isEmpty, "\(summary.failures)")
        #expect(summary.reportsAtCentral == summary.reportsAccepted)
        #expect(summary.agreements.allSatisfy(\.isEqual) && summary.agreements.count == summary.gateways)
        return summary
    }

    @Test func `Generated reports: cuts, edits on both sides and kills lose and double nothing`() async throws {
        let summary = try await replay(["--reports", "600", "--cuts", "2", "--edits", "20", "--kills", "6"])
        // Three more are those of the day.
        #expect(summary.reportsAccepted == 603)
        #expect(summary.day.cases == 3 && summary.day.disputed == 1 && summary.day.open == 1)
        #expect(summary.kills == 6 && summary.cuts == 3)
        #expect(summary.reportsEditedOnBothSides == 20 && summary.reportsInConflict == 5)
        #expect(summary.backlog.jsonEntriesBytes >= 4 * summary.backlog.linkBytes)
        let photos = summary.photos
        #expect(photos.taken == 9 && photos.atCentral == 9 && photos.cuts >= 1)
        #expect((1..<photos.bytes).contains(photos.bytesAtCut), "\(photos)")
        #expect(photos.linkBytes < photos.bytes * 3 / 2, "what had come is not sent again: \(photos)")
    }

    @Test(.enabled(if: data != nil, "needs FIELDPOST_TEST_DATA"))
    func `The real reports of a year: five cuts, 200 edited on both sides, ten kills`() async throws {
        let file = (Self.data ?? "") + "/pingshan_2018.csv"
        let summary = try await replay(["--input", file, "--cuts", "5", "--edits", "200", "--kills", "10"])
        #expect(summary.reportsAccepted == 6948)
        #expect(summary.reportsEditedOnBothSides == 200)
        #expect(summary.backlog.jsonEntriesBytes >= 4 * summary.backlog.linkBytes)
    }

    @Test func `A killed demo leaves nothing running`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let directory = place.path + "/demo"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["demo", "--reports", "5000", "--keep", directory]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let sockets = ["central", "gateway-1", "gateway-2", "gateway-3"].map {
            FieldpostClient(socket: "\(directory)/\($0)/admin.sock")
        }
        for socket in sockets { #expect(try await waits { (try? await socket.status()) != nil }) }
        let children = Self.children(of: process.processIdentifier)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        var haveEnded = true
        for socket in sockets {
            haveEnded = try await waits { (try? await socket.status()) == nil } && haveEnded
        }
        #expect(haveEnded)
        if !haveEnded { for child in children { kill(child, SIGKILL) } }
    }

    private static func children(of parent: pid_t) -> [pid_t] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
        return tasks.flatMap { task in
            let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(task)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    @Test func `An interrupted demo leaves nothing running and nothing behind`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let directory = place.path + "/demo"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["demo", "--reports", "5000", "--keep", directory]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let socket = FieldpostClient(socket: directory + "/central/admin.sock")
        #expect(try await waits { (try? await socket.status()) != nil })
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        await #expect(throws: ClientError.self) { try await socket.status() }
    }
}
