import FieldpostCore
import Synchronization

/// What is in memory of the search index: the terms of reports that no segment has yet, or that changed since theirs
/// was written. One task changes it (`Journal.indexSearch`), readers take a copy.
final class SearchIndex: Sendable {
    /// When terms come to mean something else, this grows, and the index is made anew.
    static let version = 1

    struct Waiting: Sendable {
        let document: SearchDocument
        /// The position of the first change that its segment lacks.
        let since: Int64

        /// In memory, about.
        var bytes: Int { document.terms.count * 4 + 96 }
    }

    struct Segment: Sendable {
        /// The last report that the tables have of it, and that they or memory have. Those after it are still to be
        /// read.
        var stored: Int64
        var last: Int64
        var waiting: [Int: Waiting] = [:]
        var bytes = 0
    }

    struct Contents: Sendable {
        /// The tables were read after the start.
        var isOpen = false
        /// Tables of another version are still to be emptied.
        var isStale = false
        var segments: [Int64: Segment] = [:]
        /// Of each segment that is still to be read, up to which report, the oldest segment first.
        var lacking: [(segment: Int64, last: Int64)] = []
        /// Changes before this position are in memory or in the tables.
        var next: Int64 = 1
        /// Steps that were taken.
        var steps = 0
        /// `search_after` as the tables have it.
        var stored: Int64 = 0

        var bytes: Int { segments.values.reduce(0) { $0 + $1.bytes } }
        var waiting: Int { segments.values.reduce(0) { $0 + $1.waiting.count } }
        var isComplete: Bool { isOpen && !isStale && lacking.isEmpty }

        /// Reports that were there at the start and are still to be read.
        var lackingReports: Int {
            lacking.reduce(0) { sum, part in
                sum + Int(part.last - (segments[part.segment]?.last ?? SearchIndex.before(part.segment)))
            }
        }
    }

    let contents = Mutex(Contents())
    /// A step is running. There is never more than one.
    let isBusy = Mutex(false)

    /// The number before the first one of a segment.
    static func before(_ segment: Int64) -> Int64 { segment << Limits.searchSegmentBits - 1 }
    static func segment(of number: Int64) -> Int64 { number >> Limits.searchSegmentBits }
    static func offset(of number: Int64) -> Int { Int(number) & (OffsetSet.count - 1) }
    /// The last number of a segment.
    static func end(of segment: Int64) -> Int64 { before(segment + 1) }
}

extension SearchIndex.Contents {
    /// Takes up what a report has now. `since`: the position of a change of it.
    mutating func put(_ number: Int64, _ document: SearchDocument, since: Int64) {
        let (key, offset) = (SearchIndex.segment(of: number), SearchIndex.offset(of: number))
        var segment =
            segments.removeValue(forKey: key)
            ?? SearchIndex.Segment(stored: SearchIndex.before(key), last: SearchIndex.before(key))
        let before = segment.waiting[offset]
        let waiting = SearchIndex.Waiting(document: document, since: min(since, before?.since ?? .max))
        segment.bytes += waiting.bytes - (before?.bytes ?? 0)
        segment.waiting[offset] = waiting
        segments[key] = segment
    }

    /// Whether a changed report will be read anyway, because its segment is still being read.
    func willRead(_ number: Int64) -> Bool {
        let key = SearchIndex.segment(of: number)
        guard let part = lacking.first(where: { $0.segment == key }) else { return false }
        return number > (segments[key]?.last ?? SearchIndex.before(key)) && number <= part.last
    }

    /// All changes before this position are in the tables, but for reports after the last one of a segment.
    func after(without written: Int64? = nil) -> Int64 {
        segments.reduce(next) { least, part in
            guard part.key != written else { return least }
            let stored = part.value.stored
            return part.value.waiting.reduce(least) { least, waiting in
                part.key << Limits.searchSegmentBits | Int64(waiting.key) <= stored
                    ? min(least, waiting.value.since) : least
            }
        }
    }

    /// The segment that is to be written now. Nil: all may wait.
    func dueSegment() -> Int64? {
        for (key, segment) in segments where segment.last == SearchIndex.end(of: key) && segment.stored < segment.last {
            if !lacking.contains(where: { $0.segment == key }) { return key }
        }
        let isTooMuch = bytes > Limits.searchWaitingBytes || waiting > Limits.searchWaitingReports
        if isTooMuch { return segments.max { $0.value.bytes < $1.value.bytes }?.key }
        guard next - after() > Limits.searchWaitingChanges else { return nil }
        return segments.min { Self.oldest($0) < Self.oldest($1) }?.key
    }

    private static func oldest(_ part: (key: Int64, value: SearchIndex.Segment)) -> Int64 {
        part.value.waiting.lazy.filter {
            part.key << Limits.searchSegmentBits | Int64($0.key) <= part.value.stored
        }.map(\.value.since).min() ?? .max
    }
}
