/// The parts of the benchmark, in the order in which they run.
enum Part: String, CaseIterable, Sendable {
    case intake, catchup, link, steady, compare, growth, scrub, fleet, scale, tasks, search, console, photos, indicators
    case limits, micro, idle

    var purpose: String {
        switch self {
        case .intake: "16 clients send reports; each answer comes after the sync"
        case .catchup: "a gateway's backlog goes to central when the link comes back"
        case .link: "the gateway's interface goes down and up"
        case .steady: "20 reports a second; from the answer until central shows the report"
        case .compare: "both sides say that they are equal"
        case .growth: "the cost of a report in small and large journals"
        case .scrub: "the check of a large journal after a start"
        case .fleet: "many gateways at one central node: busy, idle, and all with a backlog"
        case .scale: "many origins; readers that overlap; a grid given to a gateway"
        case .tasks: "lists of tasks among many cases; what a step costs"
        case .search: "texts and conditions among many reports; what the index costs"
        case .console: "what the console's screens ask for among many reports; what open screens cost"
        case .photos: "photos go to central; rsync copies the same files"
        case .indicators: "figures of a year, and the facts of cases from a journal"
        case .limits: "the plainest code for each stage"
        case .micro: "instructions of single functions"
        case .idle: "a connected pair that does nothing"
        }
    }

    func run(_ options: Options, _ results: Results) async throws {
        switch self {
        case .intake: try await PairParts.intake(options, results)
        case .catchup: try await PairParts.catchUp(options, results)
        case .link: try await LinkPart.run(options, results)
        case .steady: try await PairParts.steady(options, results)
        case .compare: try await PairParts.compare(options, results)
        case .growth: try await GrowthPart.run(options, results)
        case .scrub: try await ScrubPart.run(options, results)
        case .fleet: try await FleetPart.run(options, results)
        case .scale: try await ScalePart.run(options, results)
        case .tasks: try await TasksPart.run(options, results)
        case .search: try await SearchPart.run(options, results)
        case .console: try await ConsolePart.run(options, results)
        case .photos: try await PhotosPart.run(options, results)
        case .indicators: try await IndicatorPart.run(options, results)
        case .limits: try await LimitsPart.run(options, results)
        case .micro: try await MicroPart.run(options, results)
        case .idle: try await PairParts.idle(options, results)
        }
    }
}
