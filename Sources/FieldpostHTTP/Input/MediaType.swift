import HTTPTypes

/// Checks `Content-Type` (RFC 9110, section 8.3).
enum MediaType {
    /// Throws `.unsupportedMediaType` unless it is JSON in UTF-8. Ignores parameters that mean nothing for JSON.
    static func check(_ headers: HTTPFields) throws(Problem) { try check(headers[.contentType] ?? "") }

    /// JSON in lines, one value each.
    static func isStream(_ headers: HTTPFields) -> Bool {
        headers[.contentType].map { parts($0)[0].loweredField == ReportStream.mediaType } ?? false
    }

    /// The boundary of a form with files (RFC 7578). Nil for another media type. Throws `.unsupportedMediaType` for a
    /// form without a valid boundary (RFC 2046, section 5.1.1).
    static func formBoundary(_ headers: HTTPFields) throws(Problem) -> String? {
        let parts = parts(headers[.contentType] ?? "")
        guard parts[0].loweredField == "multipart/form-data" else { return nil }
        let boundary = parts.dropFirst().compactMap { parameter("boundary", $0) }.first ?? ""
        let isValid =
            (1...70).contains(boundary.utf8.count) && boundary.utf8.last != 0x20
            && boundary.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard isValid else {
            throw Problem(
                .unsupportedMediaType,
                "`multipart/form-data` needs a `boundary` of 1 to 70 characters. Nothing was "
                    + "changed.")
        }
        return boundary
    }

    static func isJSON(_ type: String) -> Bool {
        guard type != "application/json" else { return true }
        do throws(Problem) { try check(type) } catch { return false }
        return true
    }

    private static func check(_ type: String) throws(Problem) {
        let parts = parts(type)
        guard parts[0].loweredField == "application/json" else {
            throw refused("The body must be JSON, with `Content-Type: application/json`.")
        }
        let charsets = parts.dropFirst().compactMap(charset)
        guard charsets.allSatisfy({ ["utf-8", "utf8"].contains($0) }) else {
            throw refused("The body must be UTF-8 (RFC 8259), but `Content-Type` names another charset.")
        }
    }

    private static func refused(_ fact: String) -> Problem {
        Problem(
            .unsupportedMediaType, fact + " Nothing was changed.",
            headers: [HTTPField(name: .accept, value: "application/json")])
    }

    /// The value of a charset parameter, in lower case and without quotes. Nil for another parameter.
    private static func charset(_ text: String) -> String? { parameter("charset", text)?.loweredField }

    /// The value of a parameter, without quotes. Nil for another parameter.
    private static func parameter(_ name: String, _ parameter: String) -> String? {
        guard let equals = parameter.firstIndex(of: "=") else { return nil }
        guard parameter[..<equals].trimmedField.loweredField == name else { return nil }
        var value = parameter[parameter.index(after: equals)...].trimmedField
        if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
            value = String(value.dropFirst().dropLast()).replacing("\\", with: "")
        }
        return value
    }

    /// Splits a value at the semicolons outside of quotes.
    private static func parts(_ value: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var isEscaped = false
        for character in value {
            if character == ";", !isQuoted {
                parts.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            parts[parts.count - 1].append(character)
        }
        return parts.map(\.trimmedField)
    }
}
