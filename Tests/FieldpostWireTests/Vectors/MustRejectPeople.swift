import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The streams that end a session because of a list of people.
enum MustRejectPeople {
    static let all: [MustRejectCase] = [
        .frame(
            "people-on-stream", .malformedMessage, "A list of people on stream 1.",
            RawFrame(type: 33, stream: 1, payload: [0x08, 1])),
        people("people-257", .limitExceeded, "257 people.") { list in
            list.people = (0...256).map { number in .with { $0.name = "\(1000 + number)" } }
        },
        people("people-twice", .malformedMessage, "Two people of one name.") { $0.people[1].name = $0.people[0].name },
        people("people-order", .malformedMessage, "People whose names do not ascend by their bytes.") {
            $0.people.swapAt(0, 1)
        },
        people("people-nameless", .malformedMessage, "A person without a name.") { $0.people[0].name = "" },
        people("people-name-257", .limitExceeded, "A name of 257 bytes.") {
            $0.people[1].name = "赵" + String(repeating: "a", count: 254)
        },
        people("people-role-257", .limitExceeded, "A role of 257 bytes.") {
            $0.people[0].role = String(repeating: "a", count: 257)
        },
        people("people-group-257", .limitExceeded, "A work group of 257 bytes.") {
            $0.people[0].group = String(repeating: "a", count: 257)
        },
        people("people-department-257", .limitExceeded, "A department of 257 bytes.") {
            $0.people[0].department = String(repeating: "a", count: 257)
        },
        people("people-verifier-257", .limitExceeded, "A verifier of 257 bytes.") {
            $0.people[0].verifier = String(repeating: "a", count: 257)
        },
        people("people-grid-257", .limitExceeded, "A grid of 257 bytes.") {
            $0.people[0].grids = [String(repeating: "a", count: 257)]
        },
        people("people-grids-65", .limitExceeded, "A person with 65 grids.") {
            $0.people[0].grids = (0...64).map { "\($0)" }
        },
        people("people-grid-empty", .malformedMessage, "A grid without a name.") { $0.people[0].grids = [""] },
        people("people-grid-lines", .malformedMessage, "A grid of two lines.") { $0.people[0].grids = ["南坑一\n南坑二"] },
        .stream(
            "people-65537", .limitExceeded, "65,537 bytes, most of them in a field of a later version.",
            [
                .init(Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello))),
                .init(
                    RawFrame(
                        type: 33,
                        payload: [0x08, 1, 0xFA, 0x01, 0xFA, 0xFF, 0x03] + [UInt8](repeating: 0x61, count: 65_530)
                    ).bytes),
            ]),
    ]

    private static func people(
        _ name: String, _ violation: Violation.Code, _ description: String, _ alter: (inout WirePeople) -> Void
    ) -> MustRejectCase {
        let payload = MustRejectStreams.altered(.people(Samples.list), WirePeople.self, alter)
        return .frame(name, violation, description, RawFrame(type: 33, payload: payload))
    }
}
