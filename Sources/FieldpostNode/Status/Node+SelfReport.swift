import FieldpostCore
import FieldpostStore
import FieldpostSync
import ServiceLifecycle

/// A gateway tells central how it is.
extension Node {
    /// Each minute, and soon after something changed that cannot wait. Runs until the task is cancelled.
    func reportStatus() async throws {
        guard let links = role.linkControl, journal.role == .gateway else {
            try? await gracefulShutdown()
            return
        }
        while (try? await Task.sleep(for: .seconds(Limits.statusLookSeconds))) != nil {
            for session in await registry.sessions() {
                guard let link = await session.linkName else { continue }
                let key = GatewayStatus.Key(
                    diskStage: UInt32(journal.diskStage.rawValue),
                    photosWaitFor: links.outlook(of: link, backlog: nil).wait?.reason.code ?? 0,
                    link: Self.told(link))
                guard await session.isStatusDue(key) else { continue }
                // What cannot be read now is told later. A failed journal ends the node by itself.
                guard let status = try? await gatewayStatus(over: link, links) else { continue }
                await session.handle(.statusMade(status))
            }
        }
    }

    private func gatewayStatus(
        over link: String, _ links: any LinkControl
    ) async throws(JournalError) -> GatewayStatus {
        let (backlog, statistics) = (try await journal.backlog(), try await journal.statistics())
        let now = clock.stamp()
        let photos = await PhotoBacklog(in: journal, blobs, to: registry)
        let outlook = links.outlook(of: link, backlog: photos)
        var status = GatewayStatus(
            uptimeSeconds: (now.monotonicMilliseconds - startedAt) / 1000, version: Version.text)
        status.diskStage = UInt32(journal.diskStage.rawValue)
        status.entries = .init(
            count: backlog.entries, oldestSeconds: backlog.oldestEntry.flatMap { $0.seconds(to: now) })
        status.urgent = .init(
            count: backlog.urgent, oldestSeconds: backlog.oldestUrgent.flatMap { $0.seconds(to: now) })
        if let photos, photos.count > 0 {
            status.photos = .init(
                count: photos.count, bytes: photos.bytes,
                oldestSeconds: backlog.oldestPhoto.flatMap { $0.seconds(to: now) })
        }
        status.photosThroughSeconds = outlook.photosThroughSeconds
        status.photosWaitFor = outlook.wait?.reason.code ?? 0
        status.link = Self.told(link)
        (status.dayBytesLeft, status.monthBytesLeft) = (outlook.dayBytesLeft, outlook.monthBytesLeft)
        let codes = Set(try await alarms(statistics).compactMap(\.code?.rawValue))
        status.alarms = Array(codes.sorted().prefix(Limits.statusAlarms))
        return status
    }

    /// As much of a link's name as a status may have.
    private static func told(_ link: String) -> String {
        var told = link
        while told.utf8.count > Limits.statusLinkBytes { told.removeLast() }
        return told
    }
}
