import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of a gateway's status.
enum MustRejectStatus {
    static let all: [MustRejectCase] = [
        .frame("status-empty", .malformedMessage, "A status without a version.", RawFrame(type: 30, payload: [])),
        .frame(
            "status-on-stream", .malformedMessage, "A status on stream 1.",
            RawFrame(type: 30, stream: 1, payload: [0x12, 1, 0x31])),
        status("status-version-33", .malformedMessage, "A version of 33 characters.") {
            $0.version = String(repeating: "1", count: 33)
        },
        status("status-version-control", .malformedMessage, "A version with a line break.") { $0.version = "1\n2" },
        status("status-version-chinese", .malformedMessage, "A version that is not ASCII.") { $0.version = "一" },
        status("status-link-65", .limitExceeded, "A link of 65 bytes.") { $0.link = String(repeating: "a", count: 65) },
        status("status-alarms-33", .limitExceeded, "33 alarms, packed.") { $0.alarms = Array(repeating: 1, count: 33) },
        .frame(
            "status-alarms-unpacked-33", .limitExceeded, "33 alarms, one a field.",
            RawFrame(
                type: 30, payload: [0x12, 1, 0x31] + [[UInt8]](repeating: [0x60, 1], count: 33).flatMap { $0 })),
        .frame(
            "status-1025", .limitExceeded, "1,025 bytes, most of them in a field of a later version.",
            RawFrame(
                type: 30,
                payload: [0x12, 1, 0x31] + [0xFA, 0x01, 0xFA, 0x07] + [UInt8](repeating: 0x61, count: 1018))),
    ]

    private static func status(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WireStatus) -> Void
    ) -> MustRejectCase {
        let payload = MustRejectStreams.altered(.status(Samples.status), WireStatus.self, alter)
        return .frame(name, violation, description, RawFrame(type: 30, payload: payload))
    }
}
