import FieldpostCore
import FieldpostJournal

/// Somebody with a device at a gateway, or a dispatcher at central: makes changes, and sends each again under the same
/// id until it is acknowledged.
final class Terminal {
    struct Operation {
        var draft: Draft
        /// The node that it is sent to.
        var node: Int
        /// Entries of the report that the author had really seen.
        var truth: Set<EntryID>
        var refusals = 0
    }

    /// What a node answers.
    enum Answer {
        case acknowledged(Committed)
        /// It was taken in before, and the report is kept no longer.
        case pruned
        /// The version is from before a restore: read the report again.
        case readAgain
        case refused(String)
    }

    /// What was last seen of a report.
    struct Known {
        var version: ReportVersion
        var entries: Set<EntryID>
    }

    let number: Int
    let home: Int
    var operationsLeft: Int
    var operation: Operation?
    var attempt = 0
    var known: [ReportID: Known] = [:]

    init(number: Int, home: Int, operations: Int) {
        self.number = number
        self.home = home
        operationsLeft = operations
    }

    var name: String { home == 0 ? "dispatcher \(number)" : "terminal \(number)" }
    var isIdle: Bool { operation == nil }
}
