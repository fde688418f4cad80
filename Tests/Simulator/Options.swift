/// What the command line asks for.
struct Options: Sendable {
    var seeds: UInt64 = 2000
    var first: UInt64 = 1
    /// Drawn at the start, so that no two runs see the same worlds.
    var isFresh = false
    var jobs = 2
    /// The one seed that is to be told step by step.
    var seed: UInt64?
    var writesJSON = false
    var stopsAtFirst = false
    /// Faults that no world shall know.
    var excluded: Set<FaultKind> = []
    /// Rules and lies besides those that every world knows.
    var rules: Set<Rule> = []
    var lies: Set<Lie> = []
    /// Lies that no gateway shall tell.
    var excludedLies: Set<Lie> = []
    /// In all worlds gateways keep what central holds too.
    var excludesRetention = false

    /// Nil for what cannot be understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--json": writesJSON = true
            case "--stop": stopsAtFirst = true
            case "--fresh":
                // Far from those that any test names.
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
