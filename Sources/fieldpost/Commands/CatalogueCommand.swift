import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostCore

struct CatalogueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "Lists the categories of reports, with their departments, conditions and limits, or finds some.",
        discussion: """
            A query finds categories by everyday words, parts of their names and initials of pinyin: 井盖, 充电, ddc. \
            To change the catalogue, take its text at central with `settings show catalogue` (or `--built-in`), edit \
            it, and give it to `settings set catalogue`.

            \(ExitStatus.table)
            """)

    @Argument(help: "Words to find. Without any, all categories are listed.") var query: [String] = []
    @OptionGroup var node: NodeToAsk
    @Flag(help: "Print the JSON object as the node wrote it.") var json = false

    func run() async throws {
        let client = try node.client()
        let search = query.isEmpty ? nil : query.joined(separator: " ")
        let answer = try await node.explaining { () throws(ClientError) in try await client.categories(search) }
        TTY.write(json ? answer.text.visibleJSON : Self.text(answer.value))
    }

    /// For people.
    static func text(_ list: CategoryList) -> String {
        guard !list.categories.isEmpty else { return "No category is found by this.\n" }
        return list.categories.map { category in
            let retired = category.retired ? "  (retired)" : ""
            let conditions = category.conditions.map { "      \($0.condition): \($0.zh)\n" }
            return "\(category.code)  \(category.zh)  \(category.en)\(retired)\n      \(category.department)\n"
                + conditions.joined()
        }.joined().visibleLines + "Catalogue \(list.version)\n".visibleLines
    }
}
