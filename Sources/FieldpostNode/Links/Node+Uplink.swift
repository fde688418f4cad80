package import FieldpostAPI
package import FieldpostCore
import FieldpostSync

/// How a gateway's way to central is, for answers about one report or photo.
extension Node {
    package func sent(of blob: Hash256) async -> UInt64? {
        var most: UInt64?
        for session in await registry.sessions() {
            if let sent = await session.sent(of: blob) { most = max(most ?? 0, sent) }
        }
        return most
    }

    package func isConnected(_ peer: NodeID) async -> Bool { await registry.session(with: peer) != nil }

    package func uplink() async -> UplinkState? {
        guard settings.role == .gateway else { return nil }
        var uplink = UplinkState()
        uplink.hindrance = role.hindrance
        for state in await registry.states().values.map(\.state) {
            uplink.central = state.name
            uplink.heardSecondsAgo = state.heardSecondsAgo
            uplink.lastError = state.lastError
        }
        if uplink.central == nil { uplink.lastError = await registry.dialErrors.values.sorted().first }
        uplink.nextTrySeconds = await registry.nextDialSeconds
        for session in await registry.sessions() {
            uplink.isConnected = true
            uplink.nextTrySeconds = nil
            uplink.bytesPerSecond = await session.bytesPerSecond.map { UInt64(clamping: $0) }
            uplink.link = await session.linkName
            for lane in [Lane.urgent, .entries, .photos] {
                guard let wait = await session.wait(of: lane) else { continue }
                uplink.waits["\(lane)"] = UplinkState.Wait(
                    reason: wait.reason.rawValue, seconds: wait.milliseconds.map { ($0 + 999) / 1000 })
            }
        }
        guard let link = uplink.link, let links = role.linkControl else { return uplink }
        let photos = await PhotoBacklog(in: journal, blobs, to: registry)
        uplink.photosThroughSeconds = links.outlook(of: link, backlog: photos).photosThroughSeconds
        return uplink
    }
}
