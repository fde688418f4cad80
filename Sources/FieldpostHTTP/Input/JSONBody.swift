import FieldpostAPI
import FieldpostCore
import HTTPTypes
package import Hummingbird
import NIOCore

/// The content of a request's body.
package protocol BodyContent {
    /// Reads the keys of this content. The reader records faults.
    init(_ reader: inout ObjectReader)
}

/// Reads a request's body: JSON, one object, at most `Limits.requestBodyBytes`.
package enum JSONBody {
    /// If a client waits for `100 Continue`, asks it to send the body, after the head was found to be valid.
    ///
    /// Throws `.unsupportedMediaType`, `.tooLarge`, `.malformedJSON`, `.unknownKey`, `.invalidValue`, `BodyFault`.
    package static func read<Content: BodyContent>(
        _ type: Content.Type, from request: Request, _ context: APIContext
    ) async throws -> Content {
        try MediaType.check(request.headers)
        let coding = try ContentCoding(request.headers)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Limits.requestBodyBytes {
            throw Problem.bodyTooLarge
        }
        if request.headers[.expect] != nil { await context.wantBody() }
        let bytes: ByteBuffer
        do {
            bytes = try await request.body.collect(upTo: Limits.requestBodyBytes)
        } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge
        } catch {
            throw BodyFault(error)
        }
        return try decode(type, try coding.decoded(Array(bytes.readableBytesView)))
    }

    /// Throws `.malformedJSON`, `.unknownKey`, `.invalidValue`.
    package static func decode<Content: BodyContent>(_ type: Content.Type, _ bytes: [UInt8]) throws(Problem) -> Content
    {
        let (value, repeated): (JSONNode, [ProblemDetails.Fault])
        do throws(JSONReader.Malformed) {
            (value, repeated) = try JSONReader.read(bytes)
        } catch {
            throw malformed(error)
        }
        guard case .object(let object) = value else {
            throw Problem(.malformedJSON, "The body must be one JSON object." + advice)
        }
        guard repeated.isEmpty else {
            throw Problem(.malformedJSON, repeated[0].detail + advice, faults: repeated)
        }
        return try decode(type, object)
    }

    /// Throws `.unknownKey`, `.invalidValue`.
    static func decode<Content: BodyContent>(_ type: Content.Type, _ object: JSONObject) throws(Problem) -> Content {
        var reader = ObjectReader(object)
        let content = Content(&reader)
        let unknown = reader.unknown
        guard unknown.isEmpty else {
            let first = unknown[0]
            throw Problem(
                .unknownKey, "\(first.detail) Nothing was changed. Check its spelling, or leave it out.",
                faults: Array(unknown.prefix(Problem.shownFaults)))
        }
        guard reader.faults.isEmpty else {
            let more = reader.faults.count > 1 ? " (and \(reader.faults.count - 1) more, see `errors`)" : ""
            throw Problem(
                .invalidValue, "\(reader.faults[0].detail)\(more) Nothing was changed. Correct it and send it again.",
                faults: Array(reader.faults.prefix(Problem.shownFaults)))
        }
        return content
    }

    private static func malformed(_ error: JSONReader.Malformed) -> Problem {
        let fact =
            switch error.encoding {
            case .other: "The body is not UTF-8."
            case .zeroByte(let place):
                "The body contains a zero byte at byte \(place). Perhaps it is in UTF-16 or UTF-32, which JSON may not "
                    + "use."
            case .utf8:
                "The body is not well-formed JSON near byte \(error.position) (line \(error.line)): \(error.reason)."
            }
        return Problem(.malformedJSON, fact + advice)
    }

    private static let advice = " Nothing was changed. Correct it and send it again."
}
