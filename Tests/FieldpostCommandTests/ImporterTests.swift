import FieldpostAPI
import FieldpostClient
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import fieldpost

@Suite struct ImporterTests {
    private func importer(_ servers: [ScriptedServer], _ source: ReportSource, concurrency: Int = 4) throws -> Importer
    {
        let clients = try servers.map { server throws(ClientError) in
            try FieldpostClient(at: "127.0.0.1:\(server.port)")
        }
        let split = ReportSplit(source, over: clients.count, by: .street)
        return Importer(clients: clients, split: split, concurrency: concurrency, attempts: 5, backoff: { _ in })
    }

    @Test func `Every report is sent once, with its own id`() async throws {
        let server = try await ScriptedServer { _, _ in .init(status: .created) }
        let source = ReportSource.generated(count: 40, seed: 1)
        let summary = try await importer([server], source).run(source) { _ in }
        #expect(summary.accepted == 40 && summary.isComplete && summary.retries == 0)
        #expect(Set(server.requests.map(\.body)).count == 40)
        #expect(server.requests.allSatisfy { $0.path == "/v1/reports" && $0.method == .POST })
    }

    @Test func `After transient errors the same id is sent again, and existing reports are counted separately`()
        async throws
    {
        let server = try await ScriptedServer { _, earlier in
            switch earlier {
            case 0: .init(status: .serviceUnavailable)
            case 1: .init(hangsUp: true)
            case 2: .init(status: .insufficientStorage)
            default: .init(status: .created, headers: [("Idempotency-Replayed", "true")])
            }
        }
        let source = ReportSource.generated(count: 1, seed: 1)
        let retries = Mutex(0)
        var importer = try importer([server], source)
        importer.onRetry = { _ in retries.withLock { $0 += 1 } }
        let summary = await importer.run(source) { _ in }
        #expect(summary.accepted == 1 && summary.alreadyThere == 1 && summary.retries == 3 && summary.isComplete)
        #expect(retries.withLock { $0 } == 3)
        #expect(Set(server.requests.map { $0.headers.first(name: "Idempotency-Key") }).count == 1)
        #expect(Set(server.requests.map(\.body)).count == 1)
    }

    @Test func `A refused report is reported, and the import continues`() async throws {
        let problem =
            #"{"detail":"A value is wrong.","errors":[{"pointer":"/channel","detail":"is missing"}]}"#
        let server = try await ScriptedServer { _, earlier in
            earlier == 1 ? .init(status: .unprocessableEntity, body: problem) : .init(status: .created)
        }
        let source = ReportSource.generated(count: 3, seed: 1)
        var rejections: [String] = []
        let summary = try await importer([server], source, concurrency: 1).run(source) { event in
            if case .rejected(let line, let reason) = event { rejections.append("\(line): \(reason)") }
        }
        #expect(rejections == ["2: A value is wrong. (/channel is missing)"])
        #expect(summary.accepted == 2 && summary.refused == 1 && !summary.isComplete)
    }

    @Test func `Reports that a gateway accepted without a value are counted`() async throws {
        let server = try await ScriptedServer { _, earlier in
            let text = earlier == 0 ? #""text":"\"set_aside\"""# : #""set_aside":{"location.accuracy":-1}"#
            return .init(status: .created, body: "{\"id\":\"x\",\"fields\":{\(text)}}")
        }
        let source = ReportSource.generated(count: 3, seed: 1)
        let summary = try await importer([server], source, concurrency: 1).run(source) { _ in }
        #expect(summary.accepted == 3 && summary.setAside == 2 && summary.isComplete)
        #expect(
            ImportText.text(summary, isRehearsal: false).contains(
                "Accepted without an impossible value: 2 reports."))
    }

    @Test func `A refusal is printed once, as one sentence`() {
        let fault = ProblemDetails.Fault(pointer: "/channel", detail: "\"channel\" must be one of app.")
        let problem = ProblemDetails(
            detail: "\"channel\" must be one of app. Nothing was changed. Correct it and send it again.",
            errors: [fault])
        #expect(
            ImportText.rejection(file: "a\u{1B}.csv", line: 3, reason: problem.sentence)
                == "a\\u{1b}.csv:3: \"channel\" must be one of app. Nothing was changed. Correct it and send it again. "
                + "Skipped.\n")
        #expect(ImportText.rejection(file: "a", line: 1, reason: "has no id") == "a:1: has no id. Skipped.\n")
        let summary = ImportSummary(rows: 1, accepted: 0, malformed: 1)
        #expect(
            ImportText.text(summary, isRehearsal: true) == "0 of 1 row can be imported, 1 cannot be read. "
                + "Nothing was sent.\n")
    }

    @Test func `A refusal of a row names its id and its columns`() throws {
        var report = ReportInput(id: ReportIdentity.report(source: "s", row: "7"), fields: [:], line: 3, row: "7")
        report.columns = ["category": "SUB_TYPE_NAME"]
        let faults = [("/category", "\"category\" must not be empty."), ("/location/lat", "\"lat\" is missing.")].map {
            ProblemDetails.Fault(pointer: $0.0, detail: $0.1)
        }
        #expect(
            ProblemDetails(detail: "x", errors: faults).reason(for: report)
                == "column SUB_TYPE_NAME: \"category\" must not be empty. column lat: \"lat\" is missing.")
        let reused = ProblemDetails(type: "urn:fieldpost:problem:key-reused", detail: "x").reason(for: report)
        #expect(
            reused.hasPrefix("the id 7 was imported before with other content, as report \(report.id)"))
    }

    @Test func `Waiting is reported once for each reason, not for each request`() {
        let (notice, start) = (WaitNotice(), ContinuousClock.now)
        #expect(notice.isDue("refused", now: start))
        #expect(!notice.isDue("refused", now: start + .seconds(60)))
        #expect(!notice.isDue("full", now: start + .seconds(1)))
        #expect(notice.isDue("full", now: start + .seconds(11)))
    }

    @Test func `An import with an unreachable gateway ends, and says how to continue`() async throws {
        let server = try await ScriptedServer { _, _ in .init(status: .serviceUnavailable) }
        let source = ReportSource.generated(count: 100, seed: 1)
        var done = 0
        let summary = try await importer([server], source).run(source) { event in
            if case .advanced(let count) = event { done = count }
        }
        #expect(summary.accepted == 0 && summary.failure != nil && !summary.isComplete)
        #expect(done == 0)
        #expect(server.requests.count < 100)
        #expect(ImportText.text(summary, isRehearsal: false).contains("run the same command again"))
    }

    @Test func `Cancelling stops the import cleanly`() async throws {
        let server = try await ScriptedServer { _, _ in .init(status: .serviceUnavailable) }
        let source = ReportSource.generated(count: 10, seed: 1)
        let (waiting, waits) = AsyncStream<Void>.makeStream()
        var importer = try importer([server], source)
        importer.backoff = { _ in
            waits.yield()
            for await _ in AsyncStream<Never>.makeStream().stream {}
            throw CancellationError()
        }
        let stoppable = importer
        let job = Task { await stoppable.run(source) { _ in } }
        for await _ in waiting { break }
        job.cancel()
        let summary = await job.value
        #expect(summary.isStopped && summary.accepted == 0 && summary.failure == nil)
    }

    @Test func `Streets go to the gateway of their split`() async throws {
        let first = try await ScriptedServer { _, _ in .init(status: .created) }
        let second = try await ScriptedServer { _, _ in .init(status: .created) }
        let source = ReportSource.generated(count: 60, seed: 1)
        let summary = try await importer([first, second], source).run(source) { _ in }
        #expect(summary.accepted == 60)
        let counts = [first.requests.count, second.requests.count]
        #expect(counts.reduce(0, +) == 60 && counts.allSatisfy { $0 > 0 })
    }
}
