import FieldpostAPI
import FieldpostCore
import FieldpostStore
import FieldpostSync

extension SelfReport {
    /// `secondsAgo`: since it came.
    init(_ status: GatewayStatus, secondsAgo: UInt64) {
        self.init(
            secondsAgo: secondsAgo, uptimeSeconds: status.uptimeSeconds, version: status.version,
            diskStage: GatewayStatus.word(ofDiskStage: status.diskStage), entries: Backlog(status.entries),
            urgent: Backlog(status.urgent), photos: Backlog(status.photos),
            alarms: status.alarms.map { AlarmCode(rawValue: $0)?.word ?? "unknown-\($0)" })
        photosThroughSeconds = status.photosThroughSeconds
        if status.photosWaitFor > 0 {
            let reason = LinkWait.Reason.allCases.first { $0.code == status.photosWaitFor }
            photosWaitFor = reason?.rawValue ?? "unknown-\(status.photosWaitFor)"
        }
        link = status.link.isEmpty ? nil : status.link
        (dayBytesLeft, monthBytesLeft) = (status.dayBytesLeft, status.monthBytesLeft)
    }
}

extension SelfReport.Backlog {
    fileprivate init(_ backlog: GatewayStatus.Backlog) {
        self.init(count: backlog.count, bytes: backlog.bytes, oldestSeconds: backlog.oldestSeconds)
    }
}

extension GatewayStatus {
    static func word(ofDiskStage code: UInt32) -> String {
        let stage = Int(exactly: code).flatMap(DiskStage.init(rawValue:))
        return stage.map { NodeStatus.DiskStage($0).rawValue } ?? "unknown-\(code)"
    }
}
