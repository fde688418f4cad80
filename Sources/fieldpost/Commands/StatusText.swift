import FieldpostAPI

/// A node's status for people. Names and errors are texts of others.
enum StatusText {
    static func text(_ status: NodeStatus) -> String {
        var lines = [
            "\(status.name.visibleLine)  \(status.role.rawValue)  \(status.node.prefix(10))  "
                + "version \(status.version)  up \(Quantity.duration(seconds: status.uptimeSeconds))  \(status.now)"
        ]
        lines.append(journal(status))
        if status.blobs != BlobState() || status.thumbnails?.kept ?? 0 > 0 {
            lines.append(blobs(status.blobs) + thumbnails(status))
        }
        if let links = status.links { lines += LinkText.lines(links) }
        lines += status.alarms.map { "!! \($0.visibleLine)" }
        var text = lines.joined(separator: "\n") + "\n\n"
        if status.peers.isEmpty {
            text += status.role == .gateway ? "No central node has connected yet.\n" : "No gateway has connected yet.\n"
        } else {
            text += peers(status).text
            text += SelfReportText.table(status.peers)
            text += errors(status.peers)
        }
        return text
    }

    private static func journal(_ status: NodeStatus) -> String {
        let journal = status.journal
        var parts = [Quantity.count(journal.reports, "report")]
        if journal.reportsInConflict > 0 { parts.append("\(Quantity.count(journal.reportsInConflict)) in conflict") }
        if journal.entriesQuarantined > 0 {
            let corrupt = journal.entriesCorrupt
            parts.append(
                "\(Quantity.count(journal.entriesQuarantined, "entry", "entries")) quarantined"
                    + (corrupt > 0 ? " (\(Quantity.count(corrupt)) corrupt)" : ""))
        }
        if journal.unconfirmed > 0 { parts.append("\(Quantity.count(journal.unconfirmed)) unconfirmed") }
        if journal.early > 0 { parts.append("\(Quantity.count(journal.early)) ahead of their chain") }
        if journal.orphans > 0 { parts.append("\(Quantity.count(journal.orphans)) kept apart") }
        parts.append("\(Quantity.count(journal.head, "entry", "entries")) written here")
        if status.role == .gateway { parts.append("central holds the first \(Quantity.count(journal.receipt))") }
        parts.append(Quantity.bytes(journal.fileBytes))
        if let search = journal.search, search.changesWaiting > 0 || search.reportsWaiting > 0 {
            let waiting = search.changesWaiting + search.reportsWaiting
            parts.append("search is \(Quantity.count(waiting, "change")) behind")
        }
        if let retention = journal.retention { parts += Self.retention(retention) }
        if let stage = stage(journal.diskStage) { parts.append(stage) }
        return parts.joined(separator: ", ")
    }

    private static func blobs(_ blobs: BlobState) -> String {
        var parts = [
            Quantity.count(blobs.held, "photo or clip", "photos and clips") + ", " + Quantity.bytes(blobs.bytes)
        ]
        if blobs.uploads > 0 {
            parts.append(
                "\(Quantity.count(blobs.uploads, "upload")) under way (\(Quantity.bytes(blobs.uploadedBytes)) here)")
        }
        if let flow = blobs.receiving {
            parts.append("\(Quantity.count(flow.count)) on the way here \(flowText(flow))")
        }
        if let flow = blobs.sending { parts.append("\(Quantity.count(flow.count)) on the way out \(flowText(flow))") }
        for (reason, count) in blobs.refused.sorted(by: { $0.key < $1.key }) {
            parts.append("\(Quantity.count(count)) refused (\(PhotoText.refusal(reason)))")
        }
        if blobs.lost > 0 { parts.append("\(Quantity.count(blobs.lost)) lost") }
        return parts.joined(separator: ", ")
    }

    /// "(1.2 MiB of 4.0 MiB, 120.0 KiB/s, through in 24 s)".
    private static func flowText(_ flow: BlobState.Flow) -> String {
        var parts = ["\(Quantity.bytes(flow.bytesDone)) of \(Quantity.bytes(flow.bytes))"]
        if flow.bytesPerSecond > 0 { parts.append("\(Quantity.bytes(flow.bytesPerSecond))/s") }
        if let seconds = flow.throughSeconds { parts.append("through in \(Quantity.duration(seconds: seconds))") }
        return "(\(parts.joined(separator: ", ")))"
    }

    private static func thumbnails(_ status: NodeStatus) -> String {
        guard let thumbnails = status.thumbnails else { return "" }
        var text = ""
        if thumbnails.kept > 0 {
            text += ", \(Quantity.count(thumbnails.kept, "thumbnail")) (\(Quantity.bytes(thumbnails.bytes)))"
        }
        guard thumbnails.helper != nil else { return text + ", makes no thumbnails: fieldpost-thumbnail is missing" }
        return text + (thumbnails.failed > 0 ? ", \(Quantity.count(thumbnails.failed)) failed" : "")
    }

    private static func retention(_ retention: RetentionState) -> [String] {
        var parts: [String] = []
        if retention.reportsPruned > 0 {
            parts.append(
                "\(Quantity.count(retention.reportsPruned)) of the reports pruned "
                    + "(\(Quantity.bytes(retention.bytesPruned)) so far)")
        }
        if retention.entriesRehydrating > 0 {
            parts.append("\(Quantity.count(retention.entriesRehydrating, "entry", "entries")) fetched back")
        }
        if let oldest = retention.oldestSeconds {
            parts.append(
                "keeps \(Quantity.duration(seconds: retention.seconds)), the oldest for "
                    + Quantity.duration(seconds: oldest))
        }
        return parts
    }

    /// Nil when the disk has enough free space.
    private static func stage(_ stage: NodeStatus.DiskStage) -> String? {
        switch stage {
        case .ample: nil
        case .photosRefused: "no space for photos"
        case .ordinaryRefused: "space for urgent reports only"
        case .peersWait: "space for urgent reports from this station only"
        case .urgentRefused: "no space for reports"
        }
    }

    private static func peers(_ status: NodeStatus) -> TextTable {
        var table = TextTable([
            (status.role == .gateway ? "CENTRAL" : "GATEWAY", .left), ("NODE", .left), ("LINK", .left),
            ("WAITING UP", .right), ("DOWN", .right), ("HEARD", .right), ("CLOCK", .right), ("ENTRIES", .right),
            ("ON THE WIRE", .right), ("GRIDS", .left),
        ])
        for peer in status.peers {
            table.add([
                peer.name.visibleLine, String(peer.node.prefix(10)), link(peer),
                peer.entriesWaitingUp.map { Quantity.count($0) } ?? "-",
                peer.entriesWaitingDown.map { Quantity.count($0) } ?? "-",
                peer.heardSecondsAgo.map { Quantity.duration(seconds: $0) + " ago" } ?? "-", clock(peer),
                Quantity.bytes(peer.entriesBytes), Quantity.bytes(peer.wireBytes), grids(peer.grids),
            ])
        }
        return table
    }

    private static func link(_ peer: NodeStatus.PeerState) -> String {
        (peer.isConnected ? "up" : "down") + (peer.isCloneWaiting ? ", clone waits" : "")
    }

    /// The first few grids: a gateway may serve hundreds.
    private static func grids(_ grids: [String]) -> String {
        grids.prefix(6).joined(separator: " ").visibleLine + (grids.count > 6 ? " … (\(grids.count))" : "")
    }

    /// "20 years 3 days behind, ±12 ms": the peer's clock compared with this machine's. Either may be the wrong one.
    private static func clock(_ peer: NodeStatus.PeerState) -> String {
        guard let offset = peer.clockOffsetMilliseconds else { return "-" }
        let bound = peer.clockUncertaintyMilliseconds ?? 0
        guard offset.magnitude > bound else { return "agrees, ±\(Quantity.span(milliseconds: bound))" }
        return "\(Quantity.span(milliseconds: offset.magnitude)) \(offset < 0 ? "behind" : "ahead"), "
            + "±\(Quantity.span(milliseconds: bound))"
    }

    private static func errors(_ peers: [NodeStatus.PeerState]) -> String {
        let lines = peers.compactMap { peer in
            peer.isConnected ? nil : peer.lastError.map { "\("\(peer.name): \($0)".visibleLine)\n" }
        }
        return lines.isEmpty ? "" : "\n" + lines.joined()
    }
}
