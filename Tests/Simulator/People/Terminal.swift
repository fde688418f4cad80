import FieldpostCore
import FieldpostJournal

/// Somebody with a device at a gateway, or a dispatcher at central: makes changes, and sends each again under the same
/// id until it is acknowledged.
final class Terminal {
    struct Operation {
        var draft: Draft
        /// Its number in the book.
        var write: Int
        /// The node that it is sent to.
        var node: Int
        /// Writes of the report that the author had really seen.
        var seen: Set<Int>
        /// It claims what this node holds, or more: what the node holds is then what it has seen.
        var claimsAll: Bool
        var refusals = 0
    }

    /// What a node answers.
    enum Answer {
        case acknowledged(Committed)
        /// It was taken in before, and the report is kept no longer.
        case pruned
        case refused(String)
    }

    /// What was last seen of a report.
    struct Known {
        var version: ReportVersion
        var writes: Set<Int>
        /// Notes, traces and attachments that were shown.
        var elements: [ElementID]
    }

    let number: Int
    /// The node that it works at; a gateway's terminal may go on at another one.
    var home: Int
    let name: String
    var operationsLeft: Int
    var operation: Operation?
    var attempt = 0
    var known: [ReportID: Known] = [:]

    init(number: Int, home: Int, operations: Int) {
        self.number = number
        self.home = home
        name = home == 0 ? "dispatcher \(number)" : "terminal \(number)"
        operationsLeft = operations
    }

    var isIdle: Bool { operation == nil }
}
