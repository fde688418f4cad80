import FieldpostAPI
import FieldpostCore
package import FieldpostNode

/// The body of `POST /v1/reports`.
package struct NewReport: BodyContent {
    /// Nil if there is no author other than the field `reporter`.
    package let author: String?
    package let content: Submission.Content

    package init(_ reader: inout ObjectReader) {
        let id = Self.identifier(&reader)
        author = reader.optional("author", reader.shortText("author"))
        let fields = FieldInput.read(&reader, clears: false)
        if fields[.channel] == nil, !reader.faults.contains(where: { $0.pointer == "/channel" }) {
            reader.note("channel", "is missing. It says where the report comes from")
        }
        content = .report(id: id, fields: fields)
    }

    private static func identifier(_ reader: inout ObjectReader) -> ReportID? {
        guard let text = reader.optional("id", reader.shortText("id")) else { return nil }
        if let id = ReportID(text: text), id != .none { return id }
        reader.note("id", "must be a UUID that is not all zeros, such as 0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05")
        return nil
    }
}
