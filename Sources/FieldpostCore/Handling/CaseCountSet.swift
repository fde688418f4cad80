/// Some of the counts, such as those in which one case is counted.
package struct CaseCountSet: Hashable, Sendable {
    /// One bit for each count, in the order of `CaseCount.allCases`.
    private(set) var bits: UInt64 = 0

    package init() {}

    package func contains(_ count: CaseCount) -> Bool { bits & (1 << UInt64(count.rawValue)) != 0 }

    package mutating func insert(_ count: CaseCount) { bits |= 1 << UInt64(count.rawValue) }

    fileprivate mutating func insert(_ count: CaseCount, if isMember: Bool) {
        if isMember { insert(count) }
    }
}

extension CaseCountSet {
    /// In what a case is counted. The period must have passed: see `IndicatorPeriod.past(now:)`.
    package init(of facts: CaseFacts, in period: IndicatorPeriod) {
        self.init()
        func isDue(_ step: CaseFacts.Step) -> Bool { step.deadline.map(period.contains) ?? false }

        if period.contains(facts.reported) {
            insert(.reported)
            insert(.reportedValid, if: !facts.isVoid)
            insert(.unclosed, if: !facts.isVoid && facts.closing.done == nil)
        }
        if let filed = facts.filing.done, period.contains(filed) {
            insert(.filed)
            insert(.filedOnTime, if: facts.filing.punctuality != .late)
            insert(.filedCorrectly, if: !facts.isVoid)
        }
        // What should not have been reported is nobody's work.
        guard !facts.isVoid else { return }
        if isDue(facts.confirmation) {
            insert(.confirmationDue)
            insert(.confirmed, if: facts.confirmation.done != nil)
            insert(.confirmedOnTime, if: facts.confirmation.isOnTime)
        }
        if isDue(facts.dispatch) {
            insert(.dispatchDue)
            insert(.dispatched, if: facts.dispatch.done != nil)
            insert(.dispatchedOnTime, if: facts.dispatch.isOnTime)
            insert(.dispatchedCorrectly, if: facts.dispatch.done != nil && facts.returns == 0)
        }
        if isDue(facts.handling) {
            let (isDone, isOnTime) = (facts.handling.done != nil, facts.handling.isOnTime)
            insert(.handlingDue)
            insert(.handled, if: isDone)
            insert(.handledOnTime, if: isOnTime)
            insert(.handledLate, if: isDone && !isOnTime)
            insert(.unhandledOverdue, if: !isDone && !facts.isSuspended)
            insert(.handlingSuspended, if: !isDone && facts.isSuspended)
            insert(.extended, if: facts.extensions > 0)
        }
        if isDue(facts.verification) {
            insert(.verificationDue)
            insert(.verified, if: facts.verification.done != nil)
            insert(.verifiedOnTime, if: facts.verification.isOnTime)
        }
        if isDue(facts.closing) {
            let (isDone, isOnTime) = (facts.closing.done != nil, facts.closing.isOnTime)
            insert(.closingDue)
            insert(.closed, if: isDone)
            insert(.closedOnTime, if: isOnTime)
            insert(.closedLate, if: isDone && !isOnTime)
            insert(.suspended, if: !isDone && facts.isSuspended)
            insert(.reworked, if: facts.reworks > 0)
            insert(.reopened, if: facts.reopenings > 0)
            insert(.rated, if: facts.isSatisfied != nil)
            insert(.satisfied, if: facts.isSatisfied == true)
        }
    }
}
