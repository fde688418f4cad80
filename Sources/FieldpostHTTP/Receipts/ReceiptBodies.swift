import FieldpostCore

/// The body of `POST /v1/receipt/notes`. A reporter's words are for everyone who sees the case.
struct ReporterNote: BodyContent, Sendable {
    let text: String

    init(_ reader: inout ObjectReader) {
        text = reader.required("text", reader.reporterText("text")) ?? ""
        if text.isEmpty, reader.faults.isEmpty { reader.note("text", "must not be empty") }
    }
}

/// The body of `POST /v1/receipt/rating`.
struct NewRating: BodyContent, Sendable {
    let rating: Rating
    let comment: String

    init(_ reader: inout ObjectReader) {
        let name = reader.required("rating", reader.choice("rating", of: Rating.allCases.map(\.rawValue)))
        rating = name.flatMap(Rating.init(rawValue:)) ?? .satisfied
        comment = reader.optional("comment", reader.reporterText("comment")) ?? ""
    }
}

/// The body of `POST /v1/receipt/withdraw`: an empty object.
struct Withdrawal: BodyContent, Sendable {
    init(_ reader: inout ObjectReader) {}
}

extension ObjectReader {
    fileprivate mutating func reporterText(_ key: String) -> Given<String> {
        let text = longText(key)
        guard case .value(let given) = text, given.utf8.count > Limits.reporterTextBytes else { return text }
        return invalid(key, "has more than \(Limits.reporterTextBytes) bytes (UTF-8)")
    }
}
