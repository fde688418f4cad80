/// What the search index knows of a report's texts and values: 32-bit hashes. A hash that two terms share brings a
/// report too many, never one too few, and each report is compared with the question before it is shown.
package enum SearchTerm {
    /// No term has this value.
    package static let none: UInt32 = 0
    /// Scalars of a word's beginning that the index tells apart.
    static let prefix = 8

    package static func character(_ scalar: UInt32) -> UInt32 { mix(1, UInt64(scalar)) }

    package static func pair(_ first: UInt32, _ second: UInt32) -> UInt32 {
        mix(2, UInt64(first) << 32 | UInt64(second))
    }

    package static func beginning(_ word: some Sequence<UInt32>) -> UInt32 {
        mix(3, word.prefix(prefix).reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    package static func value(_ value: String, of field: FieldName) -> UInt32 {
        mix(4, bytes(of: field.rawValue.utf8) ^ bytes(of: value.utf8) &* 31)
    }

    package static func person(_ name: String) -> UInt32 { mix(5, bytes(of: name.utf8)) }

    package static let conflict = mix(6, 0)

    private static func bytes(of text: String.UTF8View) -> UInt64 {
        text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
    private static func mix(_ kind: UInt64, _ value: UInt64) -> UInt32 {
        var bits = value &+ kind &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        let term = UInt32(truncatingIfNeeded: bits ^ bits >> 31)
        return term == none ? 1 : term
    }
}

/// What the index holds of one report.
package struct SearchDocument: Hashable, Sendable {
    /// Rising, each once.
    package let terms: [UInt32]
    /// When it was captured, in seconds since 1970. 0 if nobody knows.
    package let time: UInt32

    package init(terms: [UInt32], time: UInt32) { (self.terms, self.time) = (terms, time) }

    /// Of a report that nobody shall find.
    package static let empty = SearchDocument(terms: [], time: 0)

    package init(_ report: Report) {
        guard report.isFoundBySearch else {
            self = .empty
            return
        }
        self.init(report.searchedText, time: report.searchedTime, persons: report.summary?.assignees ?? []) {
            report.text(of: $0)
        }
        if report.isConflict { self = with(SearchTerm.conflict) }
    }

    /// Of a report with one entry: the same as of that report, for much less. Nil if the entry takes a step of
    /// handling, of which more follows.
    package init?(first entry: Entry) {
        let change = entry.change
        guard entry.kind == .change, change.traces.isEmpty, change.fields[.stage] == nil, change.removals.isEmpty,
            change.fields[.department] == nil, change.fields[.assignee] == nil, change.fields[.original] == nil
        else { return nil }
        func text(_ field: FieldName) -> String? {
            if case .text(let text)? = change.fields[field] { text } else { nil }
        }
        self.init(
            FoldedText(fields: text, notes: change.notes.reversed().lazy.map(\.text), reasons: []),
            time: FoldedText.time(change.fields[.capturedAt], entry.stamp), persons: [], text)
    }

    private func with(_ term: UInt32) -> Self {
        SearchDocument(terms: holds(term) ? terms : (terms + [term]).sorted(), time: time)
    }

    private init(_ text: FoldedText, time: UInt32, persons: [String], _ value: (FieldName) -> String?) {
        var terms: [UInt32] = []
        terms.reserveCapacity(2 * text.scalars.count + FieldName.listed.count)
        text.split { word in
            for end in 1...min(word.count, SearchTerm.prefix) { terms.append(SearchTerm.beginning(word.prefix(end))) }
        } run: { run in
            var last: UInt32?
            for scalar in run {
                terms.append(SearchTerm.character(scalar))
                if let last { terms.append(SearchTerm.pair(last, scalar)) }
                last = scalar
            }
        }
        for field in FieldName.listed {
            if let value = value(field) { terms.append(SearchTerm.value(value, of: field)) }
        }
        for person in persons { terms.append(SearchTerm.person(person)) }
        terms.sort()
        var distinct: [UInt32] = []
        distinct.reserveCapacity(terms.count)
        for term in terms where term != distinct.last { distinct.append(term) }
        self.init(terms: distinct, time: time)
    }

    package func holds(_ term: UInt32) -> Bool {
        var (low, high) = (0, terms.count)
        while low < high {
            let middle = (low + high) / 2
            if terms[middle] < term { low = middle + 1 } else { high = middle }
        }
        return low < terms.count && terms[low] == term
    }
}

extension FieldName {
    /// The fields by which lists and search find reports.
    package static let listed: [FieldName] = [.channel, .category, .priority, .grid, .stage, .department]
}

extension Report {
    /// Whether search may find it at all. Of one that its reporter took back, the index has no words.
    package var isFoundBySearch: Bool { !isHidden }

    /// What a text is searched in: the text shown, the category, the grid and the department shown, then notes and
    /// reasons of steps, the latest first.
    package var searchedText: FoldedText {
        FoldedText(
            fields: text(of:), notes: notes.reversed().lazy.map(\.value.text),
            reasons: traces.reversed().lazy.map(\.value.text))
    }

    /// When it was captured. If that is unknown: when its first entry was made, by the clock there. In seconds since
    /// 1970, 0 if it does not fit.
    package var searchedTime: UInt32 {
        FoldedText.time(value(of: .capturedAt), history.first?.stamp ?? .unknown)
    }
}

extension FoldedText {
    /// The texts of a report, in the order in which they count.
    fileprivate init(
        fields: (FieldName) -> String?, notes: some Sequence<String>, reasons: some Sequence<String>
    ) {
        self.init()
        let limit = Limits.searchedCharacters
        for field in [FieldName.text, .category, .grid, .department] {
            if let value = fields(field) { append(value, limit: limit) }
        }
        for note in notes where scalars.count < limit { append(note, limit: limit) }
        for reason in reasons where scalars.count < limit && !reason.isEmpty { append(reason, limit: limit) }
    }

    fileprivate static func time(_ captured: FieldValue?, _ stamp: Stamp) -> UInt32 {
        var milliseconds = stamp.wallMilliseconds
        if case .integer(let given)? = captured { milliseconds = given }
        return UInt32(exactly: milliseconds / 1000) ?? 0
    }
}
