/// The options from the command line.
struct Options: Sendable {
    var seeds: UInt64 = 2000
    var first: UInt64 = 1
    /// The first seed is drawn at the start, so no two runs have the same worlds.
    var isFresh = false
    var jobs = 2
    /// The one seed that is run and printed step by step.
    var seed: UInt64?
    var writesJSON = false
    var stopsAtFirst = false
    /// Faults that no world has.
    var excluded: Set<FaultKind> = []
    /// Rules and lies in addition to those of every world.
    var rules: Set<Rule> = []
    var lies: Set<Lie> = []
    /// Lies that no gateway tells.
    var excludedLies: Set<Lie> = []
    /// No gateway prunes, in any world.
    var excludesRetention = false

    /// Nil for invalid arguments.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--json": writesJSON = true
            case "--stop": stopsAtFirst = true
            case "--fresh":
                // Far from the seeds that tests name.
                first = UInt64.random(in: 1 << 32...1 << 60)
                isFresh = true
            case "--with":
                let name = rest.popFirst() ?? ""
                if let rule = Rule(rawValue: name) {
                    rules.insert(rule)
                } else if let lie = Lie(rawValue: name) {
                    lies.insert(lie)
                } else {
                    return nil
                }
            case "--without":
                let name = rest.popFirst()
                if name == "retention" {
                    excludesRetention = true
                    continue
                }
                if let lie = name.flatMap(Lie.init(rawValue:)) {
                    excludedLies.insert(lie)
                    continue
                }
                guard let kind = name.flatMap(FaultKind.init(rawValue:)) else { return nil }
                excluded.insert(kind)
            default:
                guard let number = rest.popFirst().flatMap({ UInt64($0) }) else { return nil }
                switch name {
                case "--seeds": seeds = number
                case "--first": first = number
                case "--jobs": jobs = max(Int(number), 1)
                case "--seed": seed = number
                default: return nil
                }
            }
        }
    }
}
