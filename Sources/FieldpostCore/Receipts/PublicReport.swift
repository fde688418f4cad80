/// What whoever shows a report's receipt sees of it: nothing personal, no names of staff, and none of their words that
/// are not meant for the public.
package struct PublicReport: Hashable, Sendable, Codable {
    /// A step that was taken, in the order of causes.
    package struct Step: Hashable, Sendable, Codable {
        /// A code that has public words.
        package let code: String
        /// Milliseconds since 1970, as all times here.
        package let at: Int64
        /// Empty if nothing was said to the public.
        package let text: String
    }

    package struct Words: Hashable, Sendable, Codable {
        package let text: String
        package let at: Int64
        package let isReporter: Bool
        /// Somebody else who follows the report. Nil in summaries of an older program.
        package let isFollower: Bool?
    }

    package struct Photo: Hashable, Sendable, Codable {
        /// SHA-256, in hexadecimal digits.
        package let blob: String
        package let mediaType: String
        package let byteCount: UInt64
    }

    /// The reporter took it back. Then nothing else is said.
    package let isHidden: Bool
    /// When the first entry was made, by the clock of the node that took it.
    package let receivedAt: Int64
    package let category: String?
    /// The code of the stage, or "suspended". Empty if nobody took a step.
    package let stage: String
    package let isOpen: Bool
    /// It is late, or was when it ended.
    package let isLate: Bool
    /// When the case ended, and how far that may be wrong. Nil while it is open.
    package let endedAt: Int64?
    package let endedUncertainty: UInt64
    /// It ended at least once.
    package let hasEnded: Bool
    package private(set) var steps: [Step]
    /// Those for the public.
    package private(set) var notes: [Words]
    /// Of the place after the work.
    package let photos: [Photo]
    /// Several if they were given at nodes that did not know of each other, the one shown first.
    package let ratings: [Rating]

    /// The authors of what is written with receipts: with that of the reporter, and with that of a follower.
    package static let author = "reporter"
    package static let follower = "follower"

    /// - `now`: milliseconds since 1970. It decides only whether an open case is late.
    /// - `calendar`: the calendar of a version. By one that is not known, nothing is late.
    package init(of report: Report, now: Int64, calendar: (String) throws -> WorkCalendar?) rethrows {
        isHidden = report.isHidden
        guard !isHidden else {
            (receivedAt, category, stage, isOpen, isLate, endedAt) = (0, nil, "", false, false, nil)
            (endedUncertainty, hasEnded, steps, notes, photos, ratings) = (0, false, [], [], [], [])
            return
        }
        let handling = report.handling
        receivedAt = report.history.first?.stamp.wallMilliseconds ?? 0
        category = report.text(of: .category)
        stage = handling.branches.isEmpty ? "" : handling.suspension == nil ? handling.stage : "suspended"
        isOpen = handling.isOpen
        let ends = report.history.filter { $0.endsCase }
        hasEnded = !ends.isEmpty
        let end = isOpen ? nil : ends.last.map(Self.time)
        (endedAt, endedUncertainty) = (end?.milliseconds, end?.uncertaintyMilliseconds ?? 0)
        if let clock = handling.clock, let calendar = try calendar(clock.calendar) {
            let state = clock.timer(now: now, calendar: calendar).state
            isLate = state == .overdue || state == .finishedLate
        } else {
            isLate = false
        }
        // A trace that was removed says nothing any more.
        let said = report.traces.filter { $0.value.audience.isPublic }
        let words = Dictionary(said.map { ($0.id.entry, $0.value.text) }) { first, _ in first }
        let taken = report.history.compactMap { entry -> Step? in
            guard let code = entry.stepCode, Workflow.standard[code]?.publicWords != nil else { return nil }
            return Step(code: code, at: Self.time(of: entry).milliseconds, text: words[entry.id] ?? "")
        }
        steps = Array(taken.suffix(Limits.publicElements))
        let notes = report.notes.filter { $0.value.audience.isPublic }.suffix(Limits.publicElements)
        self.notes = notes.map {
            Words(
                text: $0.value.text, at: $0.stamp.wallMilliseconds, isReporter: $0.author.hasSameBytes(as: Self.author),
                isFollower: $0.author.hasSameBytes(as: Self.follower))
        }
        let after = report.attachments.filter { $0.value.role == AttachmentRole.after.rawValue }
        photos = after.suffix(Limits.publicElements).map {
            Photo(blob: $0.value.blob.hex, mediaType: $0.value.mediaType, byteCount: $0.value.byteCount)
        }
        ratings = report.fields.ratings
    }

    /// Whether a reporter who is not satisfied may have the case reopened: it has ended, and not too long ago. If the
    /// clocks do not tell, it may. `now`: nil if nobody knows it.
    package func mayReopen(at now: Instant?) -> Bool {
        guard !isHidden, let endedAt else { return false }
        guard let now else { return true }
        // What a gateway wrote may be any number.
        let slack = Int64(clamping: now.uncertaintyMilliseconds).saturatingAdd(Int64(clamping: endedUncertainty))
        return now.milliseconds.saturatingSubtract(endedAt) <= Limits.reopeningMilliseconds.saturatingAdd(slack)
    }

    /// As the trace says, or by the clock of the node that took the step.
    private static func time(of entry: Entry) -> Instant {
        if let trace = entry.change.traces.first(where: { !$0.stage.isEmpty }), trace.timeMilliseconds != 0 {
            return Instant(
                milliseconds: trace.timeMilliseconds, uncertaintyMilliseconds: trace.uncertaintyMilliseconds)
        }
        return Instant(milliseconds: entry.stamp.wallMilliseconds)
    }

    /// The bytes of its words.
    package var byteCount: Int {
        notes.reduce(0) { $0 + $1.text.utf8.count } + steps.reduce(0) { $0 + $1.text.utf8.count }
    }

    /// The same with less, for a summary that is too long: without the oldest words, and then without the oldest steps.
    /// Nil if nothing can be left out.
    package var shorter: PublicReport? {
        var shorter = self
        if notes.isEmpty, steps.isEmpty { return nil }
        if notes.isEmpty { shorter.steps.removeFirst() } else { shorter.notes.removeFirst() }
        return shorter
    }
}

extension Entry {
    /// The code of the step that the entry is. Nil if it is none.
    fileprivate var stepCode: String? {
        guard kind == .change else { return nil }
        if case .text(let code)? = change.fields[.stage], !code.isEmpty { return code }
        return change.traces.first { !$0.stage.isEmpty }?.stage
    }

    fileprivate var endsCase: Bool {
        guard case .text(let code)? = change.fields[.stage] else { return false }
        let kind = Workflow.standard[code]?.kind
        return kind == .final || kind == .end
    }
}
