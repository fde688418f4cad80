/// Why the nodes of a fleet do not work.
package enum FleetError: Error, Hashable, Sendable, CustomStringConvertible {
    case cannotWrite(String)
    case doesNotListen(String)
    /// `log`: the end of what the node logged.
    case didNotStart(String, log: String)
    /// The nodes did not hold the same reports in time.
    case disagreement(seconds: Int, reason: String)

    package var description: String {
        switch self {
        case .cannotWrite(let path): "\(path) cannot be written."
        case .doesNotListen(let name): "\(name) does not listen."
        case .didNotStart(let name, let log): "\(name) did not start. The end of its log:\n\(log)"
        case .disagreement(let seconds, let reason): "The nodes did not agree within \(seconds) s (\(reason))."
        }
    }
}
