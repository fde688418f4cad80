import FieldpostAPI
package import FieldpostCore

/// The body of `POST /v1/reports`.
package struct NewReport: BodyContent {
    /// The id from the terminal. Nil if this node must make one.
    package let id: ReportID?
    /// The author. If none is given, this is the field `reporter`, or empty if that is missing too.
    package let author: String
    package let change: Change

    package init(_ reader: inout ObjectReader) {
        id = Self.identifier(&reader)
        let author = reader.optional("author", reader.shortText("author"))
        let fields = FieldInput.read(&reader, clears: false)
        if fields[.channel] == nil, !reader.faults.contains(where: { $0.pointer == "/channel" }) {
            reader.note("channel", "is missing. It says where the report comes from")
        }
        var reporter = ""
        if case .text(let text) = fields[.reporter] { reporter = text }
        self.author = author ?? reporter
        change = Change(fields: fields)
    }

    private static func identifier(_ reader: inout ObjectReader) -> ReportID? {
        guard let text = reader.optional("id", reader.shortText("id")) else { return nil }
        if let id = ReportID(text: text), id != .none { return id }
        reader.note("id", "must be a UUID that is not all zeros, such as 0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05")
        return nil
    }
}
