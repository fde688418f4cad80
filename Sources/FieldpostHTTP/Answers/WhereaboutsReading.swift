import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore

/// Finds out where a report or a photo is, and what it waits for. Each fact takes one bounded read.
struct WhereaboutsReading {
    let node: any NodeService

    private var journal: any Store { node.journal }

    /// `text`: the id of a report, or its first digits, or the SHA-256 of a photo. Throws `.badQuery`,
    /// `.unknownReport`, `.unknownBlob`.
    func answer(_ text: String) async throws -> Whereabouts {
        if let blob = Hash256(hex: text) { return try await answer(of: blob) }
        return try await answer(of: try await report(text))
    }

    private func answer(of id: ReportID) async throws -> Whereabouts {
        guard let found = try await journal.whereabouts(of: id) else { throw Problem.unknownReport(id) }
        var answer = Whereabouts(role: journal.role == .gateway ? .gateway : .central)
        answer.uplink = await node.uplink()
        let held = try await journal.report(id)
        answer.report = try await report(id, found, held, answer.uplink)
        guard let held else { return answer }
        var sizes: [(blob: Hash256, bytes: UInt64)] = []
        for attachment in held.attachments.map(\.value).suffix(Limits.pageElements)
        where !sizes.contains(where: { $0.blob == attachment.blob }) {
            sizes.append((attachment.blob, attachment.byteCount))
        }
        answer.photos = try await photos(sizes)
        return answer
    }

    private func answer(of blob: Hash256) async throws -> Whereabouts {
        let reports = try await journal.reports(naming: blob, limit: Limits.soughtReports)
        let size = try? await node.blobs.size(of: blob)
        let arriving = await node.blobs.arriving(blob)
        guard let first = reports.first else {
            guard let bytes = size ?? arriving else {
                throw Problem(
                    .unknownBlob,
                    "No report here names this photo, and nothing of it is here. Nothing was changed. If a device "
                        + "still uploads it, it gets its name when all of it is here.")
            }
            var answer = Whereabouts(role: journal.role == .gateway ? .gateway : .central)
            answer.uplink = await node.uplink()
            answer.photos = try await photos([(blob, bytes)])
            return answer
        }
        var answer = try await answer(of: first)
        answer.photos.removeAll { $0.sha256 != blob.hex }
        // Its entry may be pruned.
        if answer.photos.isEmpty { answer.photos = try await photos([(blob, size ?? 0)]) }
        answer.otherReports = reports.dropFirst().map(\.description)
        return answer
    }

    // MARK: Parts

    private func report(
        _ id: ReportID, _ found: ReportWhereabouts, _ held: Report?, _ uplink: UplinkState?
    ) async throws -> Whereabouts.Report {
        var report = Whereabouts.Report(id: id.description, entries: found.entries)
        report.quarantined = found.quarantined.map {
            QuarantineState(dot: $0.dot.description, reason: $0.reason, bytes: $0.byteCount)
        }
        (report.isPruned, report.isWithdrawn) = (found.isPruned, found.isWithdrawn)
        report.waiting = found.waiting.map { Whereabouts.Waiting($0, over: uplink) }
        for reader in found.readers {
            report.gateways.append(
                Whereabouts.Gateway(
                    node: reader.node.description, name: reader.name,
                    isConnected: await node.isConnected(reader.node), isAuthor: reader.isAuthor,
                    waiting: reader.waiting))
        }
        guard let held, !found.isPruned else { return report }
        report.conflicts = held.fields.filter { $0.key.mayConflict && $0.value.isConflict }
            .map(\.key.rawValue).sorted()
        report.gaps = Set(held.gaps.map(\.node)).count
        // What a reporter took back is shown to nobody without a record of it.
        guard let first = held.history.first, try await !journal.isHidden(id) else { return report }
        report.category = held.text(of: .category)
        report.grid = held.text(of: .grid)
        report.channel = held.text(of: .channel)
        let clocks = try await ClockCorrections(for: [(first.dot.origin, first.stamp)], in: journal)
        report.takenAt = first.stamp.text
        report.correctedAt = clocks.corrected(first.stamp, of: first.dot.origin.node)?.at
        report.takenBy = first.dot.origin.node.description
        report.isTakenHere = first.dot.origin.node == journal.origin.node
        return report
    }

    private func photos(_ blobs: [(blob: Hash256, bytes: UInt64)]) async throws -> [Whereabouts.Photo] {
        let held = try await journal.held(blobs.map(\.blob))
        var photos: [Whereabouts.Photo] = []
        for (blob, bytes) in blobs {
            let place = await node.place(of: blob)
            let (word, here): (String, UInt64?) =
                switch place {
                case .here: ("here", nil)
                case .announced: ("announced", nil)
                case .onTheWay(let bytes): ("on-the-way", bytes)
                }
            let isAtCentral = held.contains(blob) || (journal.role == .central && place == .here)
            var photo = Whereabouts.Photo(sha256: blob.hex, bytes: bytes, place: word, isAtCentral: isAtCentral)
            photo.bytesHere = here
            photo.bytesSent = await node.sent(of: blob).map { min($0, bytes) }
            photo.refused = node.refusal(of: blob, at: place)?.word
            photos.append(photo)
        }
        return photos
    }

    // MARK: Finding

    /// The report with an id, or the only one whose id begins so.
    private func report(_ text: String) async throws -> ReportID {
        if let id = ReportID(text: text) { return id }
        guard let range = Self.range(of: text) else {
            throw Problem(
                .badQuery,
                "`of` must be the id of a report, or its first \(Limits.soughtDigits) digits or more, or the SHA-256 "
                    + "of a photo (64 hexadecimal digits). Nothing was changed.")
        }
        let found = try await journal.reports(in: range, limit: Limits.soughtReports)
        guard let first = found.first else {
            throw Problem(
                .unknownReport, "No report here has an id that begins so. Nothing was changed. Ask another node.")
        }
        guard found.count == 1 else {
            throw Problem(
                .badQuery,
                "Several reports have ids that begin so: \(found.map(\.description).joined(separator: ", ")). "
                    + "Nothing was changed. Give more digits.")
        }
        return first
    }

    /// The ids that begin with some digits of a UUID's text. Nil if it is no such text.
    static func range(of text: String) -> ClosedRange<ReportID>? {
        let template = ReportID.none.description
        guard text.utf8.count < template.utf8.count,
            text.utf8.count(where: { $0 != UInt8(ascii: "-") }) >= Limits.soughtDigits
        else { return nil }
        let rest = template.dropFirst(text.utf8.count)
        guard let first = ReportID(text: text + rest),
            let last = ReportID(text: text + rest.replacing("0", with: "f"))
        else { return nil }
        return first...last
    }
}

extension Whereabouts.Waiting {
    fileprivate init(_ waiting: ReportWhereabouts.Waiting, over uplink: UplinkState?) {
        self.init(
            entries: waiting.entries, bytes: waiting.bytes, isUrgent: waiting.isUrgent,
            entriesAhead: waiting.entriesAhead, bytesAhead: waiting.bytesAhead)
        guard let uplink, uplink.isConnected, let rate = uplink.bytesPerSecond, rate > 0,
            uplink.waits[isUrgent ? "urgent" : "entries"] == nil
        else { return }
        expectedSeconds = (bytesAhead + bytes) / rate
    }
}
