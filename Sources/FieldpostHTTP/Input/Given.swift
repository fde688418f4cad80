/// Whether a key was given, and what with.
package enum Given<Value> {
    case absent
    case null
    /// Something that does not fit; the fault is noted.
    case invalid
    case value(Value)

    func map<Other>(_ transform: (Value) -> Other) -> Given<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .invalid: .invalid
        case .value(let value): .value(transform(value))
        }
    }
}
