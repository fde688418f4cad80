/// Runs many seeds, several in parallel.
struct Campaign: Sendable {
    let options: Options

    func run() async -> Summary {
        var summary = Summary()
        let watchdog = Watchdog(first: options.first)
        var next = options.first
        var isStopped = false
        let end = options.first + options.seeds
        await withTaskGroup(of: Verdict.self) { group in
            for _ in 0..<options.jobs where next < end {
                add(next, to: &group)
                next += 1
            }
            while let verdict = await group.next() {
                summary.add(verdict)
                watchdog.ended(verdict.seed)
                if verdict.finding != nil { await summary.tell(verdict, again: options) }
                isStopped = isStopped || options.stopsAtFirst && verdict.finding != nil
                guard next < end, !isStopped else { continue }
                add(next, to: &group)
                next += 1
            }
        }
        return summary
    }

    private func add(_ seed: UInt64, to group: inout TaskGroup<Verdict>) {
        group.addTask { await Simulator.run(seed, options, isTracing: false) }
    }
}
