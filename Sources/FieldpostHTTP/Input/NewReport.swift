import FieldpostAPI
package import FieldpostCore
package import FieldpostNode

/// The body of `POST /v1/reports`.
package struct NewReport: BodyContent {
    /// Nil if there is no author other than the field `reporter`.
    package let author: String?
    package let content: Submission.Content
    /// How to reach the reporter.
    package let contact: Contact?

    package init(_ reader: inout ObjectReader) {
        let id = Self.identifier(&reader)
        author = reader.optional("author", reader.shortText("author"))
        var fields = FieldInput.read(&reader, clears: false)
        if let receipt = Self.receipt(&reader) { fields[.receipt] = .text(receipt) }
        if fields[.channel] == nil, !reader.faults.contains(where: { $0.pointer == "/channel" }) {
            reader.note("channel", "is missing. It says where the report comes from")
        }
        content = .report(id: id, fields: fields)
        contact = reader.optional("contact", reader.object("contact", Self.contact))
    }

    private static func contact(_ reader: inout ObjectReader) -> Contact? {
        let name = reader.optional("name", reader.shortText("name")) ?? ""
        let phone = reader.optional("phone", reader.shortText("phone")) ?? ""
        let lengths = [("name", name, Limits.contactNameBytes), ("phone", phone, Limits.contactPhoneBytes)]
        for (key, text, limit) in lengths where text.utf8.count > limit {
            reader.note(key, "has more than \(limit) bytes (UTF-8)")
        }
        guard reader.faults.isEmpty else { return nil }
        guard let contact = Contact(name: name, phone: phone) else {
            reader.note("name", "or `phone` must be given")
            return nil
        }
        return contact
    }

    /// The hash of the receipt. The secret itself stays with the reporter.
    private static func receipt(_ reader: inout ObjectReader) -> String? {
        guard let text = reader.optional("receipt", reader.shortText("receipt")) else { return nil }
        if let hash = Hash256(hex: text) { return hash.hex }
        reader.note("receipt", "must be the SHA-256 of the receipt's 16 bytes, as 64 hexadecimal digits")
        return nil
    }

    private static func identifier(_ reader: inout ObjectReader) -> ReportID? {
        guard let text = reader.optional("id", reader.shortText("id")) else { return nil }
        if let id = ReportID(text: text), id != .none { return id }
        reader.note("id", "must be a UUID that is not all zeros, such as 0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05")
        return nil
    }
}
