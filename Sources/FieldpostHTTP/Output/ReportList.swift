/// One page of a listing.
struct ReportList: Encodable {
    let reports: [ReportSummary]
    /// For `cursor`. Missing on the last page.
    let next: String?
    /// False while the search index is behind. Missing otherwise.
    let complete: Bool?
}
