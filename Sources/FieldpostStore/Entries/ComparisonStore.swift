package import FieldpostCore

/// What this node holds, as digests that two nodes compare (PROTOCOL.md, 8.30).
package protocol ComparisonStore: Sendable {
    /// Answers a question. `gateway`: at central, the gateway with which it compares, so that only reports of its scope
    /// count. Where the question is deep, and for rows, it marks and repairs what it finds.
    ///
    /// Not for `.lacking`, which is answered by a fetch.
    func compared(_ question: Compare, scope gateway: NodeID?) async throws(JournalError) -> Compared

    /// At central: puts what others wrote to reports into a gateway's feed once more, where they are in its scope.
    func feedAgain(_ reports: [ReportID], to gateway: NodeID) async throws(JournalError)
}
