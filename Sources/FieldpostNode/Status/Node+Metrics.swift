import FieldpostAPI
package import FieldpostCore
import FieldpostStore

extension SelfReport.Backlog {
    /// Seconds since the oldest came. 0: there is none. Nil: nobody can say.
    fileprivate var age: Double? { count == 0 ? 0 : oldestSeconds.map { Double($0) } }
}

/// What the status tells in numbers, for those who watch a node with Prometheus. Nothing of any report, terminal or
/// person is in it.
extension Node {
    /// Reads the present values. It costs what the status costs.
    package func measure() async -> [MetricSample] {
        let role = settings.role == .gateway ? "gateway" : "central"
        let build = [("version", Version.text), ("wire", "\(Version.wire)"), ("role", role)]
        var samples = ProcessSamples.now()
        samples.append(MetricSample(.buildInfo, 1, labels: build))
        samples.append(MetricSample(.diskStage, Double(journal.diskStage.rawValue)))
        if let free = ProcessSamples.freeBytes(at: settings.stateDirectory) {
            samples.append(MetricSample(.diskFree, free))
        }
        do throws(JournalError) {
            let examination = try await examine()
            let incidents = try await journal.incidents().count { !$0.isResolved }
            let backlog = settings.role == .gateway ? try await journal.backlog() : nil
            samples.append(MetricSample(.incidents, Double(incidents)))
            samples += Self.samples(of: examination)
            if let backlog { samples += self.samples(of: backlog, examination.status) }
            if settings.role == .central { samples += Self.samples(ofGateways: examination.status.peers) }
            samples.append(MetricSample(.statusReadable, 1))
        } catch {
            samples.append(MetricSample(.statusReadable, 0))
        }
        return samples
    }

    private static func samples(of examination: Examination) -> [MetricSample] {
        let (status, statistics) = (examination.status, examination.statistics)
        let quarantine = [
            ("corrupt", statistics.corrupt), ("unreadable", statistics.quarantined - statistics.corrupt),
            ("unread", statistics.unread), ("orphan", statistics.orphans), ("unconfirmed", statistics.unconfirmed),
        ]
        let alarms = Dictionary(grouping: examination.alarms) { $0.code?.word ?? "other" }
        return [
            MetricSample(.reports, Double(statistics.reports)),
            MetricSample(.reportsInConflict, Double(statistics.reportsInConflict)),
            MetricSample(.journalBytes, Double(statistics.fileBytes)),
            MetricSample(.walBytes, Double(statistics.walBytes)),
            MetricSample(.photosLost, Double(status.blobs.lost)),
            MetricSample(.head, Double(status.journal.head)),
            MetricSample(
                .searchWaiting,
                Double((status.journal.search?.changesWaiting ?? 0) + (status.journal.search?.reportsWaiting ?? 0))),
        ]
            + quarantine.map { MetricSample(.quarantine, Double($0.1), labels: [("reason", $0.0)]) }
            + (AlarmCode.allCases.map(\.word) + ["other"]).map { word in
                MetricSample(.alarms, Double(alarms[word]?.count ?? 0), labels: [("alarm", word)])
            }
    }

    // MARK: At a gateway

    private func samples(of backlog: JournalBacklog, _ status: NodeStatus) -> [MetricSample] {
        let now = clock.stamp()
        let photos = status.blobs.sending
        let lanes: [(lane: String, count: UInt64, oldest: Stamp?)] = [
            ("entries", backlog.entries, backlog.oldestEntry), ("urgent", backlog.urgent, backlog.oldestUrgent),
            ("photos", UInt64(photos?.count ?? 0), backlog.oldestPhoto),
        ]
        var samples = [
            MetricSample(.backlogPhotoBytes, Double(photos?.bytes ?? 0)),
            MetricSample(.receipt, Double(status.journal.receipt)),
        ]
        for (lane, count, oldest) in lanes {
            samples.append(MetricSample(.backlogEntries, Double(count), labels: [("lane", lane)]))
            // The age of what waits may be unknown: an entry that is corrupt, or a clock that went back.
            guard let age = count == 0 ? 0 : oldest?.seconds(to: now) else { continue }
            samples.append(MetricSample(.backlogOldest, Double(age), labels: [("lane", lane)]))
        }
        if let central = status.peers.first(where: \.isConnected) ?? status.peers.first {
            if let heard = central.heardSecondsAgo { samples.append(MetricSample(.centralHeard, Double(heard))) }
            if let offset = central.clockOffsetMilliseconds {
                samples.append(MetricSample(.clockOffset, Double(offset) / 1000))
            }
            if let error = central.clockUncertaintyMilliseconds {
                samples.append(MetricSample(.clockUncertainty, Double(error) / 1000))
            }
        }
        for link in status.links?.links ?? [] {
            for (period, budget) in [("day", link.day), ("month", link.month)] {
                let labels = [("link", link.name), ("period", period)]
                samples.append(MetricSample(.linkSpent, Double(budget.bytes), labels: labels))
                if let limit = budget.limit { samples.append(MetricSample(.linkBudget, Double(limit), labels: labels)) }
            }
        }
        return samples
    }

    // MARK: At central

    /// By NodeID alone: a gateway can call itself what it likes, and each name would be another series.
    static func samples(ofGateways gateways: [NodeStatus.PeerState]) -> [MetricSample] {
        var samples = [MetricSample(.gateways, Double(gateways.count))]
        for gateway in gateways.sorted(by: { $0.node < $1.node }).prefix(Limits.metricGateways) {
            let labels = [("gateway", gateway.node)]
            func add(_ name: MetricName, _ value: Double?) {
                if let value { samples.append(MetricSample(name, value, labels: labels)) }
            }
            add(.gatewayConnected, gateway.isConnected ? 1 : 0)
            add(.gatewayHeard, gateway.heardSecondsAgo.map { Double($0) })
            add(.gatewayBacklog, gateway.selfReport.map { Double($0.entries.count) })
            add(.gatewayOldest, gateway.selfReport?.entries.age)
            add(.gatewayClockOffset, gateway.clockOffsetMilliseconds.map { Double($0) / 1000 })
        }
        return samples
    }
}
