/// A number of cases that indicators are made of. Each says which cases it counts, so a figure can show them.
///
/// Those that are called "due" count cases by a deadline in the period. What is counted *of them* may have happened
/// after the period: a case that was due in May and closed in June is one of May's late ones. So no share is more
/// than 1.
package enum CaseCount: Int, CaseIterable, Sendable {
    case reported
    case reportedValid
    case unclosed
    case confirmationDue
    case confirmed
    case confirmedOnTime
    case filed
    case filedOnTime
    case filedCorrectly
    case dispatchDue
    case dispatched
    case dispatchedOnTime
    case dispatchedCorrectly
    case handlingDue
    case handled
    case handledOnTime
    case handledLate
    case unhandledOverdue
    case handlingSuspended
    case extended
    case verificationDue
    case verified
    case verifiedOnTime
    case closingDue
    case closed
    case closedOnTime
    case closedLate
    case suspended
    case reworked
    case reopened
    case rated
    case satisfied

    /// How many counts there are.
    static let number = allCases.count

    /// As formulas and the API name it.
    package var code: String { description.code }

    package var chinese: String { description.chinese }

    /// Which cases it counts, in words.
    package var rule: String { description.rule }

    package init?(code: String) {
        guard let count = Self.byCode[code] else { return nil }
        self = count
    }

    private static let byCode = Dictionary(uniqueKeysWithValues: allCases.map { ($0.code, $0) })

    private var description: (code: String, chinese: String, rule: String) {
        switch self {
        case .reported: ("reported", "上报数", "reported in the period")
        case .reportedValid: ("reported_valid", "有效上报数", "reported in the period, and not void")
        case .unclosed: ("unclosed", "未结案数", "reported in the period, not void, and not closed")
        case .confirmationDue: ("confirmation_due", "应核实数", "whose confirmation was due in the period")
        case .confirmed: ("confirmed", "核实数", "of confirmation_due: confirmed")
        case .confirmedOnTime: ("confirmed_on_time", "按期核实数", "of confirmation_due: confirmed on time")
        case .filed: ("filed", "立案数", "filed in the period")
        case .filedOnTime: ("filed_on_time", "按时立案数", "of filed: not filed late")
        case .filedCorrectly: ("filed_correctly", "准确立案数", "of filed: not void")
        case .dispatchDue: ("dispatch_due", "应派遣数", "whose dispatch was due in the period")
        case .dispatched: ("dispatched", "派遣数", "of dispatch_due: dispatched")
        case .dispatchedOnTime: ("dispatched_on_time", "按时派遣数", "of dispatch_due: dispatched on time")
        case .dispatchedCorrectly: ("dispatched_correctly", "准确派遣数", "of dispatch_due: dispatched, and never returned")
        case .handlingDue: ("handling_due", "应处置数", "whose handling was due in the period")
        case .handled: ("handled", "处置数", "of handling_due: handled")
        case .handledOnTime: ("handled_on_time", "按期处置数", "of handling_due: handled on time")
        case .handledLate: ("handled_late", "超期处置数", "of handling_due: handled late")
        case .unhandledOverdue: ("unhandled_overdue", "超期待处置数", "of handling_due: not handled, and not suspended")
        case .handlingSuspended: ("handling_suspended", "处置缓办数", "of handling_due: not handled, and suspended")
        case .extended: ("extended", "延期数", "of handling_due: extended at least once")
        case .verificationDue: ("verification_due", "应核查数", "whose verification was due in the period")
        case .verified: ("verified", "核查数", "of verification_due: verified")
        case .verifiedOnTime: ("verified_on_time", "按期核查数", "of verification_due: verified on time")
        case .closingDue: ("closing_due", "应结案数", "whose closing was due in the period")
        case .closed: ("closed", "结案数", "of closing_due: closed")
        case .closedOnTime: ("closed_on_time", "按期结案数", "of closing_due: closed on time")
        case .closedLate: ("closed_late", "超期结案数", "of closing_due: closed late")
        case .suspended: ("suspended", "缓办数", "of closing_due: not closed, and suspended")
        case .reworked: ("reworked", "返工数", "of closing_due: sent back to work at least once")
        case .reopened: ("reopened", "重开数", "of closing_due: reopened at least once")
        case .rated: ("rated", "评价数", "of closing_due: rated by the reporter")
        case .satisfied: ("satisfied", "满意数", "of closing_due: rated, and satisfied")
        }
    }
}
