/// One page of a listing.
struct ReportList: Encodable {
    let reports: [ReportSummary]
    /// For `cursor`. Missing on the last page.
    let next: String?
}
