import FieldpostCore

/// The fixed values in the published vectors.
enum Samples {
    /// Node 000102…1f in its first incarnation, a gateway.
    static let origin = Origin(
        node: node(from: 0x00), incarnation: Incarnation(0xA0A1_A2A3_A4A5_A6A7_A8A9_AAAB_ACAD_AEAF))
    /// Node 202122…3f, central.
    static let central = Origin(
        node: node(from: 0x20), incarnation: Incarnation(0xC0C1_C2C3_C4C5_C6C7_C8C9_CACB_CCCD_CECF))
    static let boot = BootID(0xB0B1_B2B3_B4B5_B6B7_B8B9_BABB_BCBD_BEBF)
    static let report = ReportID(0x0198_0000_0000_7000_8000_0000_0000_0001)

    /// A new report, then two concurrent edits of it: one at central and one at the gateway.
    static let entries = [created, editedAtCentral, editedAtGateway]

    static let created = entry(
        1, at: Dot(origin, 1), context: VersionVector(), depth: 1, author: "worker-0042",
        Change(
            fields: [
                .capturedAt: .integer(1_785_000_000_000), .category: .text("SZ01"), .channel: .text("terminal"),
                .location: .location(
                    Location(
                        latitudeE7: 226_340_000, longitudeE7: 1_140_700_000, datum: .wgs84, accuracyCentimetres: 500)),
                .priority: .text("normal"), .text: .text("人行道上的井盖缺失"),
            ],
            attachments: [Attachment(blob: Chain.hash(entry: []), mediaType: "image/jpeg", byteCount: 182_044)]))

    static let editedAtCentral = entry(
        2, at: Dot(central, 1), context: VersionVector([(origin, UInt64(1))]), depth: 2, author: "dispatcher",
        Change(
            fields: [.category: .text("SZ03"), .stage: .text("dispatched")],
            traces: [Trace(stage: "dispatched", department: "市政服务中心", text: "请尽快更换")]))

    static let editedAtGateway = entry(
        3, at: Dot(origin, 2), previousSeq: 1, context: VersionVector([(origin, UInt64(1))]), depth: 2,
        author: "worker-0042",
        Change(
            fields: [.category: .text("SZ05"), .priority: .cleared], notes: [Note(text: "已设置围挡")],
            removals: [ElementID(entry: created.id, index: 0)]))

    /// The gateway's third entry: an incident of its journal.
    static let incident = Entry(
        id: EntryID(0x0198_0000_0000_7000_9000_0000_0000_0004), dot: Dot(origin, 3), kind: .incident, report: .none,
        previousSeq: 0, context: VersionVector(), depth: 1, author: "fieldpost", stamp: created.stamp,
        change: Change(notes: [Note(text: "The journal was restored: 2 entries were taken back from central.")]))

    /// Central's second entry: an audit event.
    static let event = Entry(
        id: EntryID(0x0198_0000_0000_7000_9000_0000_0000_0005), dot: Dot(central, 2), kind: .auditEvent, report: .none,
        previousSeq: 0, context: VersionVector(), depth: 1, author: "operator", stamp: created.stamp,
        change: Change(
            fields: Enrollment(gateway: origin.node, name: "station-03", grids: ["grid-07"]).fields,
            notes: [Note(text: "Enrolled station-03.")]))

    /// Central's third entry: the second version of a setting.
    static let setting = Entry(
        id: EntryID(0x0198_0000_0000_7000_9000_0000_0000_0006), dot: Dot(central, 3), kind: .setting, report: .none,
        previousSeq: 0, context: VersionVector(), depth: 2, author: "operator", stamp: created.stamp,
        change: CentralSetting(name: "calendar", text: "2026-10-01 休\n2026-10-10 班\n")?.change ?? Change())

    /// Typical reports.
    static func reports(_ count: Int) -> [Entry] {
        var random = Seed(2026)
        let texts = ["消防通道被私家车长期占用", "路面破损严重,有一个大坑", "路边垃圾堆积没有清运", "工地夜间施工噪音扰民"]
        let categories = ["AQ03", "SZ03", "SR01", "HB02"]
        return (0..<count).map { index in
            let kind = random.number(0...3)
            var entry = created
            entry = Entry(
                id: random.id(), dot: Dot(origin, UInt64(index) + 1), report: random.id(), previousSeq: 0,
                context: VersionVector(), depth: 1, author: created.author, stamp: created.stamp,
                change: created.change)
            entry.change.fields[.category] = .text(categories[kind])
            entry.change.fields[.text] = .text(texts[kind] + ",第\(random.number(1...90))号楼")
            entry.change.fields[.capturedAt] = .integer(1_785_000_000_000 + Int64(index) * 7919)
            entry.change.attachments = []
            return entry
        }
    }

    private static func node(from first: UInt8) -> NodeID { NodeID(Hash256(bytes: first..<first + 32) ?? .zero) }

    private static func entry(
        _ number: UInt128, at dot: Dot, previousSeq: UInt64 = 0, context: VersionVector, depth: UInt64, author: String,
        _ change: Change
    ) -> Entry {
        Entry(
            id: EntryID(0x0198_0000_0000_7000_9000_0000_0000_0000 + number), dot: dot, report: report,
            previousSeq: previousSeq, context: context, depth: depth, author: author,
            stamp: Stamp(wallMilliseconds: 1_785_000_001_234, boot: boot, monotonicMilliseconds: 86_400_000),
            change: change)
    }
}
