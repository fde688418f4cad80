import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import Synchronization

/// How many open cases wait at each stage. The same at a gateway and at central.
struct BoardAPI: Sendable {
    let node: any NodeService
    private let kept = KeptCounts()
    private let waits = RequestWaits(all: Limits.waitingBoards, ofCaller: Limits.waitingBoardsOfCaller)

    init(node: any NodeService) { self.node = node }

    var route: Route {
        Route(.get, "/v1/board", for: .read, takesQuery: true) { request, context in
            try await board(request, context)
        }
    }

    private struct Board: Encodable {
        struct Queue: Encodable {
            let stage: String
            let zh: String
            let en: String
            let count: Int
            let overdue: Int
        }

        /// In the order of the workflow, without those that are empty.
        let queues: [Queue]
        /// Reports for which nobody took a step yet. Missing where they wait for somebody else.
        let untouched: Int?
        let overdue: Int
    }

    /// `GET /v1/board?department=&group=&person=&grid=`
    private func board(_ request: Request, _ context: APIContext) async throws -> Response {
        let given = try QueryParameters.some(["department", "group", "person", "grid"], request)
        var query = TaskQuery()
        query.department = given["department"]
        query.person = given["person"]
        query.grid = given["grid"]
        if let group = given["group"] {
            guard let known = Workflow.Actor(rawValue: group) else {
                throw Problem(.badQuery, "`group` must be the code of a work group. Nothing was changed.")
            }
            query.group = known
        }
        query.grids = context.caller.grids
        guard waits.enter(context.caller) else { throw Problem.tooManyBoards }
        defer { waits.leave(context.caller) }
        let counts = try await kept.counts(for: query, { node.journal.changesEnd }) { [query] in
            try await node.journal.taskCounts(
                query, now: await node.time()?.milliseconds ?? node.stamp().wallMilliseconds)
        }
        let queues = Workflow.standard.stages.compactMap { stage in
            counts.stages[stage.code].map { queue in
                Board.Queue(
                    stage: stage.code, zh: stage.chinese, en: stage.english, count: queue.count, overdue: queue.overdue)
            }
        }
        var response = try Response(
            json: Board(
                queues: queues, untouched: counts.untouched,
                overdue: counts.stages.values.reduce(0) { $0 + $1.overdue }))
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

/// Counts that many screens ask for at once. What is answered was counted after the question came, or after the last
/// change before it. While there are changes all the time, a question waits so that counting it takes a small part of
/// the time (`Limits.boardPauses`).
private final class KeptCounts: Sendable {
    /// One count, which may not have begun yet.
    private final class Counting: Sendable {
        struct Start {
            let at = ContinuousClock.now
            let position: Int64
            /// When the question may be counted again.
            var next: ContinuousClock.Instant
        }

        private let begun = Mutex<Start?>(nil)

        var start: Start? { begun.withLock { $0 } }

        func begin(at position: Int64) {
            begun.withLock { $0 = Start(position: position, next: .now) }
        }

        func end() {
            begun.withLock { start in
                guard let begun = start?.at else { return }
                let pause = max(.milliseconds(Limits.boardPauseMilliseconds), (.now - begun) * Limits.boardPauses)
                start?.next = begun + min(pause, .milliseconds(Limits.boardLongestPauseMilliseconds))
            }
        }
    }

    private struct State {
        var kept: [TaskQuery: (counting: Counting, task: Task<TaskCounts, any Error>)] = [:]
        /// One walk at a time, so that readers are left for others.
        var last: Task<TaskCounts, any Error>?
    }

    private let state = Mutex(State())

    /// `position`: after the last change.
    func counts(
        for query: TaskQuery, _ position: @escaping @Sendable () -> Int64,
        _ count: @escaping @Sendable () async throws -> TaskCounts
    ) async throws -> TaskCounts {
        let task = state.withLock { state in
            let last = state.kept[query]
            let start = last?.counting.start
            if let last {
                guard let start else { return last.task }
                // Cases become late without a change.
                let isFresh = ContinuousClock.now < start.at + .milliseconds(Limits.boardMilliseconds)
                if isFresh, start.position == position() { return last.task }
            }
            if state.kept.count >= Limits.keptBoards { state.kept = [:] }
            let counting = Counting()
            let task = Task {
                if let last {
                    _ = await last.task.result
                    try await Task.sleep(until: last.counting.start?.next ?? .now)
                }
                return try await walk(counting, position, count).value
            }
            state.kept[query] = (counting, task)
            return task
        }
        do {
            return try await task.value
        } catch {
            state.withLock { $0.kept[query] = nil }
            throw error
        }
    }

    private func walk(
        _ counting: Counting, _ position: @escaping @Sendable () -> Int64,
        _ count: @escaping @Sendable () async throws -> TaskCounts
    ) -> Task<TaskCounts, any Error> {
        state.withLock { state in
            let before = state.last
            let walk = Task {
                _ = await before?.result
                counting.begin(at: position())
                defer { counting.end() }
                return try await count()
            }
            state.last = walk
            return walk
        }
    }
}

extension Problem {
    fileprivate static var tooManyBoards: Problem {
        Problem(
            .tooManyRequests, "Too many counts are asked for at once. Nothing was changed. Try again in some seconds.",
            headers: [HTTPField(name: .retryAfter, value: "5")])
    }
}
