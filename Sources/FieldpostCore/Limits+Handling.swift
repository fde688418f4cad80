/// Limits of the handling of cases.
extension Limits {
    /// How far a clock may be wrong that the system keeps synchronized (timesyncd polls every 34 minutes at most, and a
    /// crystal drifts by 100 ppm), in milliseconds.
    package static let synchronizedMilliseconds: UInt64 = 500
}
