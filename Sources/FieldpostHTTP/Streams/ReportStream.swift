import FieldpostCore
import FieldpostNode
import HTTPTypes
import Hummingbird
import NIOCore

/// Many new reports in one request: a JSON object a line, and an answer line for each, in the same order, as soon as it
/// is committed. Each line is checked and stored like a request of its own. A line that is refused does not stop the
/// others.
struct ReportStream: Sendable {
    let api: ReportAPI
    let inSum: StreamedReports
    let problems: ProblemLog

    static let mediaType = "application/x-ndjson"

    /// `identify`: the caller. It is asked again for each part of the body, because an access may be revoked meanwhile.
    func respond(
        _ request: Request, identify: @escaping @Sendable () async throws -> Caller
    ) -> Response {
        let body = request.body
        return Response(
            status: .ok, headers: [.contentType: Self.mediaType],
            body: ResponseBody { writer in
                let window = AnswerWindow<LineOutcome>(inSum)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await read(body, into: window, identify) }
                    defer { window.abandon() }
                    while true {
                        let outcomes = await window.next()
                        if outcomes.isEmpty { break }
                        var lines: [UInt8] = []
                        for outcome in outcomes { try outcome.append(to: &lines) }
                        try await writer.write(ByteBuffer(bytes: lines))
                    }
                }
                try await writer.finish(nil)
            })
    }

    func read(
        _ body: RequestBody, into window: AnswerWindow<LineOutcome>,
        _ identify: @Sendable () async throws -> Caller
    ) async {
        do {
            var lines = LineSplitter()
            var caller = Caller.nobody
            do {
                for try await part in body {
                    caller = try await identify()
                    lines.append(part)
                    while let line = try lines.next() {
                        guard try await take(line, by: caller, into: window) else { return }
                    }
                }
            } catch let error where !(error is Problem || error is LineSplitter.TooLong || error is IntakeRefusal) {
                throw Problem(BodyFault(error))
            }
            guard try await take(lines.last(), by: caller, into: window) else { return }
            window.finish(nil)
        } catch {
            window.finish(.refused(problem(error)))
        }
    }

    /// Returns false if nobody waits for answers any more.
    private func take(
        _ line: [UInt8], by caller: Caller, into window: AnswerWindow<LineOutcome>
    ) async throws -> Bool {
        // An empty line is none, as at the end of a file.
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return true }
        guard let number = await window.add() else { return false }
        do {
            let content = try JSONBody.decode(ReportLine.self, line)
            let submission = Submission(
                caller: caller, key: content.key, author: content.report.author, content.report.content,
                contact: content.report.contact)
            try api.node.intake.take(submission) { outcome in
                switch outcome {
                case .success(let accepted): window.set(number, .accepted(accepted))
                case .failure(let refusal): window.set(number, .refused(problem(refusal)))
                }
            }
        } catch {
            window.set(number, .refused(problem(error)))
        }
        return true
    }

    private func problem(_ error: any Error) -> Problem {
        error is LineSplitter.TooLong
            ? .lineTooLong : problems.problem(error, method: "POST", route: "/v1/reports")
    }
}

extension Problem {
    static var lineTooLong: Problem {
        Problem(
            .tooLarge,
            "A line is longer than \(Limits.requestBodyBytes) bytes. Neither it nor the lines after it were stored. "
                + "Shorten it, and send these lines again.")
    }

    static var keyOfStream: Problem {
        Problem(
            .badHeader,
            "`Idempotency-Key` belongs to one report. Nothing was changed. Give each line its `idempotency_key`, or an "
                + "`id`.")
    }

    static var codedStream: Problem {
        Problem(
            .unsupportedMediaType, "A stream of reports may not be compressed. Nothing was changed.",
            headers: [HTTPField(name: .acceptEncoding, value: "identity")])
    }

    static var streamOfResidents: Problem {
        Problem(
            .unsupportedMediaType, "This port takes one report a request, as application/json. Nothing was changed.",
            headers: [HTTPField(name: .accept, value: "application/json")])
    }
}
