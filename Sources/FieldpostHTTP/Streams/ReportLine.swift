import FieldpostCore
import FieldpostNode
import FieldpostStore

/// One line of a stream of reports: the body of `POST /v1/reports`, with the key in a member of its own.
struct ReportLine: BodyContent {
    let key: IdempotencyKey?
    let report: NewReport

    private static let keyName = "idempotency_key"

    init(_ reader: inout ObjectReader) {
        let text = reader.optional(Self.keyName, reader.shortText(Self.keyName))
        key = text.flatMap { IdempotencyKey($0) }
        if text != nil, key == nil {
            reader.note(
                Self.keyName,
                "must be 1 to \(Limits.idempotencyKeyCharacters) visible ASCII characters without spaces")
        }
        report = NewReport(&reader)
    }
}

/// The outcome of one line, as its answer line says it.
enum LineOutcome: Sendable {
    case accepted(Intake.Accepted)
    case refused(Problem)

    private struct Refusal: Encodable {
        let status: Int
        let problem: Problem
    }

    /// JSON and a line feed.
    func append(to bytes: inout [UInt8]) throws {
        switch self {
        case .refused(let problem):
            bytes += try JSONWriter.write(Refusal(status: problem.kind.status, problem: problem))
        case .accepted(let accepted):
            var json = JSONText(reserving: 256)
            json.literal("{")
            if case .committed(let committed) = accepted {
                json.member("etag", EntityTag(committed.version).header)
                json.literal(",")
            }
            json.member("id", accepted.report.description)
            if case .pruned = accepted { json.literal(#","pruned":true"#) }
            if accepted.isRepeat { json.literal(#","replayed":true"#) }
            json.literal(#","status":201}"#)
            bytes += json.bytes
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
