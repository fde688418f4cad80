import FieldpostCore
package import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What a request's body holds.
package protocol BodyContent {
    /// Reads what belongs to it; faults are noted in the reader.
    init(_ reader: inout ObjectReader)
}

/// Reads a request's body: JSON, one object, at most `Limits.requestBodyBytes`.
package enum JSONBody {
    /// Faults named in one answer.
    private static let shownFaults = 32

    /// Throws `.unsupportedMediaType`, `.tooLarge`, `.malformedJSON`, `.unknownKey`, `.invalidValue`.
    static func read<Content: BodyContent>(_ type: Content.Type, from request: Request) async throws -> Content {
        try checkHeaders(request)
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: Limits.requestBodyBytes)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        return try decode(type, Data(bytes.readableBytesView))
    }

    private static func checkHeaders(_ request: Request) throws(Problem) {
        let parts = (request.headers[.contentType] ?? "").lowercased().split(separator: ";").map {
            $0.filter { $0 != " " && $0 != "\t" }
        }
        guard parts.first == "application/json", parts.dropFirst().allSatisfy(isUTF8) else {
            throw Problem(
                .unsupportedMediaType,
                "The body must be JSON in UTF-8, declared by `Content-Type: application/json`. Nothing was changed.",
                headers: [HTTPField(name: .accept, value: "application/json")])
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Limits.requestBodyBytes {
            throw tooLarge
        }
    }

    /// A parameter's value may stand in quotes (RFC 9110, section 5.6.6).
    private static func isUTF8(_ parameter: String) -> Bool {
        parameter == "charset=utf-8" || parameter == "charset=\"utf-8\""
    }

    /// Throws `.malformedJSON`, `.unknownKey`, `.invalidValue`.
    package static func decode<Content: BodyContent>(_ type: Content.Type, _ data: Data) throws(Problem) -> Content {
        // The decoder also takes UTF-16 and UTF-32, in which nothing else here would look for keys.
        guard String(validating: data, as: UTF8.self) != nil, !data.contains(0) else {
            throw Problem(.malformedJSON, "The body is not UTF-8." + advice)
        }
        let body: Strict<Content>
        do {
            body = try JSONDecoder().decode(Strict<Content>.self, from: data)
        } catch {
            throw malformed(error, data)
        }
        guard let repeated = RepeatedKeys.find(in: data) else {
            throw Problem(
                .malformedJSON, "The body is not well-formed JSON: a string has a wrong escape, or no end." + advice)
        }
        guard repeated.isEmpty else {
            throw Problem(
                .malformedJSON, repeated[0].detail + advice, faults: Array(repeated.prefix(shownFaults)))
        }
        guard body.unknown.isEmpty else {
            let first = body.unknown[0]
            throw Problem(
                .unknownKey, "\(first.detail) Nothing was changed; check its spelling, or leave it out.",
                faults: Array(body.unknown.prefix(shownFaults)))
        }
        guard body.faults.isEmpty else {
            let more = body.faults.count > 1 ? " (and \(body.faults.count - 1) more, see `errors`)" : ""
            throw Problem(
                .invalidValue, "\(body.faults[0].detail)\(more) Nothing was changed; correct it and send it again.",
                faults: Array(body.faults.prefix(shownFaults)))
        }
        return body.content
    }

    private static var tooLarge: Problem {
        Problem(
            .tooLarge,
            "The body is larger than \(Limits.requestBodyBytes) bytes. Nothing was kept; "
                + "shorten the text or split it into notes.")
    }

    private static let advice = " Nothing was changed; correct it and send it again."

    private static func malformed(_ error: any Error, _ data: Data) -> Problem {
        guard case DecodingError.dataCorrupted = error else {
            return Problem(.malformedJSON, "The body must be one JSON object." + advice)
        }
        return Problem(.malformedJSON, "The body is not well-formed JSON\(position(data))." + advice)
    }

    /// Where the JSON breaks, by the library's other parser, since the decoder does not say. Of its words only the
    /// number is taken.
    private static func position(_ data: Data) -> String {
        do {
            _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
            return ""
        } catch {
            let words = String(describing: (error as NSError).userInfo["NSDebugDescription"] ?? "")
            return words.firstMatch(of: /character (\d+)/).map { " near byte \($0.1)" } ?? ": it ends too early"
        }
    }

    private struct Strict<Content: BodyContent>: Decodable {
        let content: Content
        let faults: [Problem.Fault]
        let unknown: [Problem.Fault]

        init(from decoder: any Decoder) throws {
            var reader = try ObjectReader(decoder)
            content = Content(&reader)
            faults = reader.faults
            unknown = reader.unknown
        }
    }
}
