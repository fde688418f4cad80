import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire

/// The contents that the parts write.
enum Filling {
    static let stamp = Stamp(wallMilliseconds: 1_750_000_000_000, boot: BootID(5), monotonicMilliseconds: 8000)
    /// Too long for one page of the database, so it needs overflow pages.
    static let long = String(repeating: "楼道堆放杂物，", count: 400)

    static func origin(_ number: UInt8) -> Origin {
        Origin(node: NodeID(publicKey: [number]), incarnation: Incarnation(0xF000 + UInt128(number)))
    }

    /// A new report with all fields.
    static func whole(_ text: String, grid: String = "10014") -> Change {
        let location = Location(
            latitudeE7: 226_341_230, longitudeE7: 1_140_704_560, datum: .gcj02, accuracyCentimetres: 800)
        return Change(
            fields: [
                .text: .text(text), .channel: .text("terminal"), .category: .text("AQ01"), .grid: .text(grid),
                .location: .location(location), .capturedAt: .integer(1_750_000_000_000), .device: .text("P-7"),
                .reporter: .text("网格员01"), .priority: .text("normal"),
                .receipt: .text(Hash256(hashing: Array("receipt of \(text)".utf8)).hex),
            ],
            notes: [Note(text: "已拍照")],
            attachments: [
                Attachment(blob: Hash256(hashing: Array(text.utf8)), mediaType: "image/jpeg", byteCount: 120_000)
            ])
    }

    /// A case that is filed, dispatched and taken, with a deadline, in a grid. `entry`: the first of four numbers.
    static func handle(_ report: ReportID, entry: UInt128, in journal: Journal) async throws {
        _ = try await journal.append(draft(.create, report, entry: entry, whole("井盖松动", grid: "10014")))
        let filed = Trace(
            stage: "filed", department: "", text: "", condition: "1", limit: "8 office_hours",
            calendar: WorkCalendar.standard.version, timeMilliseconds: 1_750_000_000_000, uncertaintyMilliseconds: 40)
        _ = try await journal.append(
            draft(.edit, report, entry: entry + 1, Change(fields: [.stage: .text("filed")], traces: [filed])))
        let passed = Trace(stage: "dispatched", department: "市政", text: "请今天处理")
        _ = try await journal.append(
            draft(
                .edit, report, entry: entry + 2,
                Change(fields: [.stage: .text("dispatched"), .department: .text("市政")], traces: [passed])))
        _ = try await journal.append(
            draft(
                .edit, report, entry: entry + 3,
                Change(traces: [Trace(stage: "claimed", department: "", text: "", assignee: "王敏")])))
    }

    /// `entry`: the same number means the same change.
    static func draft(
        _ intent: Draft.Intent, _ report: ReportID, entry: UInt128, seen: ReportVersion? = nil, _ change: Change
    ) -> Draft {
        Draft(
            id: EntryID(0xF1_0000 + entry), report: report, intent: intent, seen: seen, author: "网格员01", stamp: stamp,
            change: change)
    }

    static func sealed(
        _ dot: Dot, report: ReportID, seen context: VersionVector = VersionVector(), _ change: Change
    ) -> SealedEntry {
        let entry = Entry(
            id: EntryID(dot.origin.incarnation.value << 64 | UInt128(dot.seq)), dot: dot, report: report,
            previousSeq: 0, context: context, depth: 1, author: "网格员02", stamp: stamp, change: change)
        return EntryCodec().open(EntryCodec().encode(entry), at: dot)
    }

    static func setting(_ dot: Dot) -> SealedEntry {
        let entry = Entry(
            id: EntryID(dot.origin.incarnation.value << 64 | UInt128(dot.seq)), dot: dot, kind: .setting,
            report: .none, previousSeq: 0, context: VersionVector(), depth: 1, author: "root", stamp: stamp,
            change: CentralSetting(name: "calendar", text: "2026-10-01 休\n")?.change ?? Change())
        return EntryCodec().open(EntryCodec().encode(entry), at: dot)
    }

    /// Central holds one of the photos that reports name.
    static func holdPhoto(_ journal: Journal) async throws {
        try await journal.meet(Incarnation(0xE777))
        guard let photo = try await journal.lacking(after: 0, limit: 1).first else { return }
        try await journal.record(photo.hash, bytes: photo.bytes, isHeld: true, by: Incarnation(0xE777))
    }

    static func unreadable(_ dot: Dot) -> SealedEntry {
        EntryCodec().open([0xFF, 0x13, 0x37] + Array("unreadable \(dot)".utf8), at: dot)
    }
}
