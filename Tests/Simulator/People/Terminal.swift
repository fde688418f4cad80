import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// A person with a device at a gateway, or a dispatcher at central. The person makes changes, and sends each again with
/// the same id until it is acknowledged.
final class Terminal {
    struct Operation {
        var draft: Draft
        /// Its number in the write book.
        var write: Int
        /// The node that it is sent to.
        var node: Int
        /// The writes of the report that the author had really seen.
        var seen: Set<Int>
        /// The change claims everything that this node holds, or more. So its author counts as having seen what the
        /// node holds.
        var claimsAll: Bool
        var refusals = 0
        /// The uploads of its photos that were begun.
        var uploads: [UploadPlace: UploadID] = [:]
    }

    /// A photo on its way to a node.
    struct UploadPlace: Hashable {
        let photo: Hash256
        let node: ObjectIdentifier
    }

    /// The answer of a node.
    enum Answer {
        case acknowledged(Committed)
        /// The change was stored before, and the report has been pruned since.
        case pruned
        case refused(String)
    }

    /// What a person last saw of a report.
    struct Known {
        var version: ReportVersion
        var writes: Set<Int>
        /// The notes, traces and attachments that were shown.
        var elements: [ElementID]
    }

    let number: Int
    /// The node at which the person works. A gateway's terminal may move to another gateway.
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
