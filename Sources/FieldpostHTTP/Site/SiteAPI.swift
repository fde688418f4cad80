import FieldpostCore
package import FieldpostNode

/// The pages of a node, and what answers their forms where no script runs. All else that they use is the API.
package struct SiteAPI: Sendable {
    private let reports: ReportAPI
    private let pages: PageFiles
    private let form: FormAPI
    private let minted: PlainReceipts

    package init(node: any NodeService, reports: ReportAPI, pages: PageFiles, facts: SiteFacts) {
        self.reports = reports
        self.pages = pages
        form = FormAPI(node: node, facts: facts)
        minted = PlainReceipts { node.stamp().wallMilliseconds / Limits.repeatedFormMilliseconds }
    }

    /// On the port for residents.
    package var residentRoutes: [Route] {
        let plain = PlainPage(reports: reports, receipts: reports.receipts, minted: minted)
        return PageAPI(.residents, pages: pages, form: form).routes + plain.routes
    }

    /// Where people work at central.
    package var consoleRoutes: [Route] { PageAPI(.console, pages: pages, form: form).routes }

    /// On the port for terminals and people.
    package var staffRoutes: [Route] { PageAPI(.staff, pages: pages, form: form).routes }
}
