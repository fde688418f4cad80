import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// Imports into a real node with the command.
@Suite(.timeLimit(.minutes(10))) struct ImportTests {
    @Test func `A renamed file is imported again without duplicates, and a changed row is reported`() async throws {
        try await Program.withFleet { fleet in
            let gateway = fleet.gateways[0]
            func file(_ name: String, _ text: String) throws -> String {
                let path = gateway.directory + "/" + name
                try Data(text.utf8).write(to: URL(filePath: path))
                return path
            }
            func run(_ path: String, _ more: [String] = []) async throws -> (status: Int32, text: String) {
                let script = "exec 2>&1; exec \"$0\" import \"$@\""
                let arguments = [path, "--state-directory", gateway.directory, "--json"] + more
                let (status, output) = try await Program.run(["-c", script, Program.path] + arguments, of: "/bin/sh")
                return (status, String(decoding: output, as: UTF8.self))
            }
            func reports() async throws -> Int { try await gateway.socket.status().journal.reports }
            let rows = "id,channel,text,grid\n1,app,井盖,10014\n2,app,路灯,10014\n"

            #expect(try await run(try file("a.csv", rows)).status == 0)
            let again = try await run(try file("b.csv", rows))
            #expect(again.status == 0 && again.text.contains("\"already_there\":2"))
            #expect(try await reports() == 2)
            // An export of another day has the same file name and numbers.
            #expect(try await run(try file("a.csv", rows.replacing("井盖", with: "积水"))).status == 0)
            #expect(try await reports() == 3)

            let mixed = try await run(try file("c.csv", rows + "1,app,塌陷,10014\n3,app,x,10014\n"))
            #expect(mixed.status == 74)
            #expect(mixed.text.contains("c.csv:4: has the id 1 of line 2, but differs in column text."))
            #expect(try await reports() == 3)
            #expect(try await run(gateway.directory + "/c.csv", ["--take-reused-ids"]).status == 0)

            #expect(try await run(try file("a.csv", rows), ["--source", "热线"]).status == 0)
            let before = try await reports()
            let changed = try await run(try file("a.csv", rows.replacing("路灯", with: "积水")), ["--source", "热线"])
            #expect(changed.status == 1)
            #expect(
                changed.text.contains("a.csv:3: the id 2 was imported before with other content"), "\(changed.text)")
            #expect(try await reports() == before)
        }
    }
}
