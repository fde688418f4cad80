/// Part of a walk through all reports that are kept here, in order of arrival.
package struct ReportScan<Value: Sendable>: Sendable {
    /// What was taken of reports, each with its place. A walk can go on after any of them.
    package let values: [(place: Int64, value: Value)]
    /// How many reports were read.
    package let count: Int
    /// The place after which the walk goes on. Nil: these were the last ones.
    package let next: Int64?

    package init(values: [(place: Int64, value: Value)], count: Int, next: Int64?) {
        self.values = values
        self.count = count
        self.next = next
    }
}
