/// What the command line asks for.
struct Options: Sendable {
    var seeds: UInt64 = 2000
    var first: UInt64 = 1
    var jobs = 2
    /// The one seed that is to be told step by step.
    var seed: UInt64?
    var writesJSON = false
    var stopsAtFirst = false
    /// Faults that no world shall know.
    var excluded: Set<FaultKind> = []
    /// In all worlds gateways keep what central holds too.
    var excludesRetention = false

    /// Nil for what cannot be understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--json": writesJSON = true
            case "--stop": stopsAtFirst = true
            case "--without":
                let name = rest.popFirst()
                if name == "retention" {
                    excludesRetention = true
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
