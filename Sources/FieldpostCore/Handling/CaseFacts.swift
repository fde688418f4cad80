/// What indicators need to know of one case. It follows from the case's entries and the
/// calendars that they name. A journal keeps it beside the report (`bytes`).
package struct CaseFacts: Hashable, Sendable {
    /// A step that has a deadline.
    package struct Step: Hashable, Sendable {
        /// Milliseconds since 1970 (UTC). Nil while it is not done.
        package let done: Int64?
        /// After all pauses and extensions. Nil for a step that never became due, such as the dispatch of a case that
        /// was withdrawn before it, and while the time stands still.
        package let deadline: Int64?
        /// Nil while it is not done, or when it has no deadline.
        package let punctuality: Punctuality?

        package init(done: Instant? = nil, deadline: Int64? = nil) {
            self.done = done?.milliseconds
            self.deadline = deadline
            punctuality = deadline.flatMap { done?.punctuality(deadline: $0) }
        }

        init(done: Int64?, deadline: Int64?, punctuality: Punctuality?) {
            (self.done, self.deadline, self.punctuality) = (done, deadline, punctuality)
        }

        package init(_ timer: StageTimer) {
            done = timer.finished?.milliseconds
            deadline = timer.deadline
            punctuality = timer.punctuality
        }

        package var isOnTime: Bool { punctuality?.isOnTime ?? false }
    }

    package let id: ReportID
    /// Who is responsible now. Nil when nobody is.
    package var department: String?
    package var group: String?
    package var grid: String?

    /// 上报, in milliseconds since 1970 (UTC).
    package let reported: Int64
    /// 核实: is it there?
    package var confirmation = Step()
    /// 立案.
    package var filing = Step()
    /// 派遣, the first one.
    package var dispatch = Step()
    /// 处置.
    package var handling = Step()
    /// 核查: is it mended?
    package var verification = Step()
    /// 结案.
    package var closing = Step()

    /// 作废: it should not have been reported or filed.
    package var isVoid = false
    /// 挂账, now.
    package var isSuspended = false
    /// 退回: the dispatch was wrong.
    package var returns = 0
    /// 返工: the verification failed.
    package var reworks = 0
    /// 延时.
    package var extensions = 0
    package var reopenings = 0
    /// What the reporter said last. Nil when nothing was said.
    package var isSatisfied: Bool?

    package init(id: ReportID, reported: Int64) {
        self.id = id
        self.reported = reported
    }
}
