/// The field numbers of an entry and of its parts. Protocol/fieldpost.proto says what they mean.
///
/// Entries are read and written by hand, not by generated code, because limits are checked before memory is taken, and
/// central reads tens of thousands of entries a second. A test compares both.
enum EntryField {
    static let origin = 1
    static let seq = 2
    static let kind = 3
    static let id = 4
    static let report = 5
    static let previousSeq = 6
    static let context = 7
    static let depth = 8
    static let author = 9
    static let stamp = 10
    static let change = 11

    enum Pair {
        static let origin = 1
        static let seq = 2
    }

    enum Stamp {
        static let boot = 1
        static let wall = 2
        static let monotonic = 3
    }

    enum Change {
        static let fields = 1
        static let notes = 2
        static let traces = 3
        static let attachments = 4
        static let removals = 5
        static let cuts = 6
    }

    enum Cut {
        static let origin = 1
        static let seq = 2
        static let seqs = 3
    }

    enum Field {
        static let name = 1
        static let text = 2
        static let integer = 3
        static let location = 4
        static let cleared = 5
    }

    enum Location {
        static let datum = 1
        static let latitude = 2
        static let longitude = 3
        static let accuracy = 4
    }

    enum Note {
        static let text = 1
        static let audience = 2
    }

    enum Trace {
        static let stage = 1
        static let department = 2
        static let text = 3
        static let assignee = 4
        static let condition = 5
        static let limit = 6
        static let catalogue = 7
        static let calendar = 8
        static let time = 9
        static let uncertainty = 10
        static let until = 11
        static let audience = 12
    }

    enum Attachment {
        static let blob = 1
        static let mediaType = 2
        static let byteCount = 3
        static let role = 4
        static let capturedAt = 5
        static let location = 6
        static let heading = 7
    }

    enum Element {
        static let entry = 1
        static let index = 2
    }
}
