/// Whether a key was given, and its value.
package enum Given<Value> {
    case absent
    case null
    /// A value that does not fit. The fault is recorded.
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
