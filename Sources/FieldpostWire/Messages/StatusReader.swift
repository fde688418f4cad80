import FieldpostCore

/// Converts a gateway's status from its generated type, and checks it.
enum StatusReader {
    static func check(payloadBytes: Int) throws(Violation) {
        guard payloadBytes <= Limits.statusBytes else {
            throw Violation(.limitExceeded, "a status of \(payloadBytes) bytes; the limit is \(Limits.statusBytes)")
        }
    }

    /// Unknown codes are kept: the gateway may have a later version.
    static func status(_ wire: WireStatus) throws(Violation) -> GatewayStatus {
        let version = wire.version.utf8
        guard (1...Limits.versionBytes).contains(version.count), version.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw Violation(.malformedMessage, "a status whose version is no short text") }
        var status = GatewayStatus(uptimeSeconds: wire.uptimeSeconds, version: wire.version)
        status.diskStage = wire.diskStage
        status.entries = backlog(wire.entries)
        status.urgent = backlog(wire.urgent)
        status.photos = backlog(wire.photos)
        if wire.hasPhotosThroughSeconds { status.photosThroughSeconds = wire.photosThroughSeconds }
        status.photosWaitFor = wire.photosWaitFor
        status.link = try MessageParts.text(wire.link, "a link", limit: Limits.statusLinkBytes)
        if wire.hasDayBytesLeft { status.dayBytesLeft = wire.dayBytesLeft }
        if wire.hasMonthBytesLeft { status.monthBytesLeft = wire.monthBytesLeft }
        status.alarms = wire.alarms
        return status
    }

    private static func backlog(_ wire: WireBacklog) -> GatewayStatus.Backlog {
        GatewayStatus.Backlog(
            count: wire.count, bytes: wire.bytes, oldestSeconds: wire.hasOldestSeconds ? wire.oldestSeconds : nil)
    }
}

extension WireStatus {
    init(_ status: GatewayStatus) {
        self.init()
        uptimeSeconds = status.uptimeSeconds
        version = status.version
        diskStage = status.diskStage
        entries = WireBacklog(status.entries)
        urgent = WireBacklog(status.urgent)
        photos = WireBacklog(status.photos)
        if let seconds = status.photosThroughSeconds { photosThroughSeconds = seconds }
        photosWaitFor = status.photosWaitFor
        link = status.link
        if let bytes = status.dayBytesLeft { dayBytesLeft = bytes }
        if let bytes = status.monthBytesLeft { monthBytesLeft = bytes }
        alarms = status.alarms
    }
}

extension WireBacklog {
    fileprivate init(_ backlog: GatewayStatus.Backlog) {
        self.init()
        count = backlog.count
        bytes = backlog.bytes
        if let seconds = backlog.oldestSeconds { oldestSeconds = seconds }
    }
}
