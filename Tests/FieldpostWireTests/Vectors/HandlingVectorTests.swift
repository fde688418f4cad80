import FieldpostCore
import Foundation
import Testing

@testable import FieldpostWire

/// Protocol/vectors/cases.json: one report for each row of the table in HANDLING.md.
struct CaseVector: Codable, Equatable {
    struct Branch: Codable, Equatable {
        var entry: String
        var stage: String
        var department: String
    }

    var name: String
    /// The entries. Their order does not matter.
    var entries: [String]
    /// The first one is shown.
    var branches: [Branch]
    /// Pairs of branches that cannot both be right.
    var disputes: [[Int]]
    /// The entry of the standing suspension, or empty.
    var suspension: String
    /// Entries of extensions, the latest deadline first, and of claims and assignments.
    var extensions: [String]
    var assignees: [String]
    /// Entries that a closing step had not seen.
    var unseen: [String]
}

extension WireTests {
    @Suite struct HandlingVectorTests {
        @Test func `Each case is as published, in any order of its entries`() throws {
            let made = HandlingCases.rows.map { Self.vector($0.name, $0.entries) }
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/cases.json") }
            let published: [CaseVector] = try ProtocolFiles.read("vectors/cases.json")
            #expect(published == made)
            for row in HandlingCases.rows {
                #expect(Self.summary(row.entries) == row.expected, "\(row.name)")
                for _ in 0..<5 {
                    let again = row.entries.shuffled() + row.entries.shuffled().prefix(2)
                    #expect(Self.summary(again) == row.expected, "\(row.name)")
                }
            }
        }

        @Test func `The table of HANDLING.md names each case, and no other`() throws {
            let text = try String(
                contentsOf: ProtocolFiles.folder.appending(path: "HANDLING.md"), encoding: .utf8)
            let table = text.split(separator: "\n").drop { !$0.hasPrefix("| case in cases.json") }.dropFirst(2)
            let named = table.prefix { $0.hasPrefix("|") }.map {
                $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces)
            }
            #expect(named.sorted() == HandlingCases.rows.map(\.name).sorted())
        }

        /// The branches in order, each with its department, then what else stands, by the numbers of entries.
        static func summary(_ entries: [Entry]) -> String {
            let handled = Case(folding: entries)
            var parts = handled.branches.map { $0.department.isEmpty ? $0.stage : "\($0.stage)(\($0.department))" }
            parts += handled.disputes.map { "disputed \($0.first)-\($0.second)" }
            func list(_ word: String, _ ids: [EntryID]) {
                if !ids.isEmpty { parts.append(([word] + ids.map { "\($0.value)" }).joined(separator: " ")) }
            }
            list("suspended", handled.suspension.map { [$0.entry] } ?? [])
            list("until", handled.extensions.map(\.entry))
            list("taken", handled.assignees.map(\.entry))
            list("unseen", handled.unseenAtClosing)
            return parts.joined(separator: " ")
        }

        private static func vector(_ name: String, _ entries: [Entry]) -> CaseVector {
            let handled = Case(folding: entries)
            func hex(_ id: EntryID) -> String { Hex.encode(id.bytes) }
            return CaseVector(
                name: name, entries: entries.map { Hex.encode(EntryCodec().encode($0)) },
                branches: handled.branches.map {
                    .init(entry: hex($0.entry), stage: $0.stage, department: $0.department)
                },
                disputes: handled.disputes.map { [$0.first, $0.second] },
                suspension: handled.suspension.map { hex($0.entry) } ?? "",
                extensions: handled.extensions.map { hex($0.entry) },
                assignees: handled.assignees.map { hex($0.entry) }, unseen: handled.unseenAtClosing.map(hex))
        }
    }
}
