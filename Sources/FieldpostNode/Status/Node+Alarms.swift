import FieldpostCore
import FieldpostStore
import FieldpostSync
import FieldpostTransport

/// A problem that needs a person.
struct Alarm: Sendable {
    /// How central hears of it. Nil: it does not, because there is no session while the alarm lasts, or because this
    /// node is central.
    let code: AlarmCode?
    /// What happened, what is safe, and what ends the alarm.
    let text: String

    init(_ code: AlarmCode?, _ text: String) {
        self.code = code
        self.text = text
    }
}

extension Node {
    func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> [Alarm] {
        var alarms: [Alarm] = []
        if let failure = journal.failure { alarms.append(Alarm(nil, failure.description)) }
        let stage = journal.diskStage
        if stage > .ample {
            let sync = stage < .peersWait ? "Sync continues." : "Entries of other nodes wait there until then."
            alarms.append(
                Alarm(
                    .disk, "The disk is nearly full: it refuses \(stage.refused) until there is room. \(sync)"))
        }
        for incident in try await journal.incidents() where !incident.isResolved {
            alarms.append(
                Alarm(.incident, "\(incident.account) To end this alarm, run `fieldpost incidents resolve`."))
        }
        let ofRole = try await role.alarms(statistics)
        alarms += ofRole.incarnations.map { Alarm(nil, $0) }
        if await registry.isRefusedAsClone {
            alarms.append(
                Alarm(
                    nil,
                    "Central takes this node for a clone and refuses its sessions. Its reports are safe here. "
                        + "An operator must look at it, and may run `fieldpost gateways accept-clone` at central."))
        }
        for doubt in journal.doubts.prefix(3) {
            alarms.append(
                Alarm(
                    .journalCheck,
                    "A check of the journal's file complained (\(doubt)), but a second check did not confirm it. "
                        + "Nothing is lost, and the node continues. The next check without a complaint ends this alarm."
                ))
        }
        alarms += ofRole.trust.map { Alarm(nil, $0) }
        alarms += counts(statistics)
        alarms += ofRole.other.map { Alarm(nil, $0) }
        if let hint = await thumbnails.alarm() { alarms.append(Alarm(.thumbnails, hint)) }
        alarms += watch.alarms(now: clock.moment().wallMilliseconds).map { Alarm(.service, $0) }
        if settings.httpOpen, Endpoint(settings.http)?.isLoopback == false {
            alarms.append(
                Alarm(
                    .httpOpen,
                    "Anyone who can connect to \(settings.http) may read and change all reports (http_open: true), and "
                        + "other machines can connect to it."))
        }
        if settings.insecure {
            alarms.append(
                Alarm(
                    .linksPlain,
                    "Links are plain TCP (insecure: true): anyone on the path can read and change reports."))
        }
        return alarms + lostPhotos(await blobs.statistics())
    }

    private func lostPhotos(_ photos: BlobStatistics) -> [Alarm] {
        guard photos.lost > 0 else { return [] }
        return [
            Alarm(
                .photosLost,
                "\(photos.lost) photos or clips became corrupt here, and are set aside. Everything else is safe. Send "
                    + "them again from where they came: each has the name of its SHA-256 below blobs/corrupt.")
        ]
    }

    private func counts(_ statistics: JournalStatistics) -> [Alarm] {
        let unreadable = statistics.quarantined - statistics.corrupt
        let counts: [(Int, AlarmCode, String)] = [
            (
                statistics.corrupt, .entriesCorrupt,
                "entries are corrupt, or only their hash is here. Other nodes are asked for them at each connection."
            ),
            (
                unreadable, .entriesUnreadable,
                "entries are kept but cannot be read by this version. They block nothing."
            ),
            (
                statistics.unread, .entriesUnread,
                "entries of this node are kept at central but cannot be read there."
            ),
            (
                statistics.orphans, .entriesOrphaned,
                "entries are kept without a place, because their places hold other entries."
            ),
        ]
        return counts.filter { $0.0 > 0 }.map { count, code, text in
            Alarm(code, "\(count) \(text) Run `fieldpost quarantine` to see them.")
        }
    }
}
