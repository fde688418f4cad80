import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The entries that are quarantined because of one of their parts: the context, the change, or the cuts.
enum MustRejectParts {
    static let all = heads + clocks + fields + elements + removals + cuts

    private static let heads: [MustRejectCase] = [
        altered("entry-other-seq", "It names seq 2, and stands at seq 1.") { $0.seq = 2 },
        altered("entry-other-origin", "It names another origin than it stands at.") {
            $0.origin.removeAll()
            $0.origin.append(contentsOf: Samples.central.bytes)
        },
        altered("entry-depth-too-large", "Depth 2^40 + 1.") { $0.depth = Limits.depth + 1 },
        altered("entry-author-257", "An author of 257 bytes.") { $0.author = String(repeating: "a", count: 257) },
        altered("entry-boot-15", "A stamp whose boot has 15 bytes.") { $0.stamp.boot.removeLast() },
        altered("entry-262145", "262,145 bytes, each text within its limit.") { wire in
            wire.change = WireChange()
            for _ in 0..<11 { wire.change.notes.append(.with { $0.text = String(repeating: "a", count: 23_800) }) }
            let excess = Limits.entryBytes + 1 - MustRejectStreams.wire(wire).count
            wire.change.notes[0].text += String(repeating: "a", count: excess)
        },
        .entry(
            "incident-cut", "An incident that cuts.", [.init(outside(Samples.incident) { $0.change.cuts = [cut(1)] })]),
        .entry(
            "audit-event-cut", "An audit event that cuts.",
            [.init(outside(Samples.event) { $0.change.cuts = [cut(1)] })]),
        .entry(
            "audit-event-attachment", "An audit event with an attachment.",
            [.init(outside(Samples.event) { $0.change.attachments = Samples.created.change.attachments })]),
    ]

    private static let clocks: [MustRejectCase] = [
        altered("entry-context-order", "A context whose origins descend.") {
            $0.context = [pair(Samples.central, 1), pair(earlier, 1)]
        },
        altered("entry-context-twice", "A context that names an origin twice.") {
            $0.context = [pair(Samples.central, 1), pair(Samples.central, 2)]
        },
        altered("entry-context-seq-0", "A context with seq 0.") { $0.context = [pair(Samples.central, 0)] },
        altered("entry-context-seq-too-large", "A context with seq 2^40.") {
            $0.context = [pair(Samples.central, Limits.seq + 1)]
        },
    ]

    private static let fields: [MustRejectCase] = [
        altered("entry-name-order", "Fields whose names descend.") { $0.change.fields.swapAt(0, 1) },
        altered("entry-name-twice", "Two fields of one name.") { $0.change.fields.append($0.change.fields[5]) },
        altered("entry-name-empty", "A field without a name.") { $0.change.fields[0].name = "" },
        altered("entry-name-257", "A field's name of 257 characters.") {
            $0.change.fields[5].name = String(repeating: "z", count: 257)
        },
        altered("entry-no-value", "A field without a value.") { $0.change.fields[0].value = nil },
        located("entry-latitude", "A latitude of 90.0000001 degrees.") { $0.latitudeE7 = 900_000_001 },
        located("entry-longitude", "A longitude of -180.0000001 degrees.") { $0.longitudeE7 = -1_800_000_001 },
        located("entry-datum-0", "A location without a datum.") { $0.datum = .unspecified },
        located("entry-datum-4", "Datum 4.") { $0.datum = .UNRECOGNIZED(4) },
    ]

    private static let elements: [MustRejectCase] = [
        altered("entry-elements-65", "22 notes, 22 traces and 21 attachments: 65 together.") { wire in
            wire.change.notes = Array(repeating: .with { $0.text = "a" }, count: 22)
            wire.change.traces = Array(repeating: .with { $0.stage = "a" }, count: 22)
            wire.change.attachments = Array(repeating: wire.change.attachments[0], count: 21)
        },
        altered("entry-note-24577", "A note of 24,577 bytes.") {
            $0.change.notes = [.with { $0.text = String(repeating: "a", count: Limits.textBytes + 1) }]
        },
        altered("entry-stage-257", "A trace with a stage of 257 bytes.") {
            $0.change.traces = [.with { $0.stage = String(repeating: "a", count: 257) }]
        },
        altered("entry-blob-31", "An attachment whose blob has 31 bytes.") {
            $0.change.attachments[0].blob.removeLast()
        },
        altered("entry-blob-too-large", "An attachment of 2^40 + 1 bytes.") {
            $0.change.attachments[0].byteCount = Limits.blobBytes + 1
        },
        altered("entry-media-type-257", "A media type of 257 bytes.") {
            $0.change.attachments[0].mediaType = String(repeating: "a", count: 257)
        },
        altered("entry-role-257", "An attachment with a role of 257 bytes.") {
            $0.change.attachments[0].role = String(repeating: "a", count: 257)
        },
        altered("entry-attachment-time-257", "An attachment with a captured time of 257 bytes.") {
            $0.change.attachments[0].capturedAt = String(repeating: "2", count: 257)
        },
        altered("entry-attachment-datum-0", "An attachment with a location without a datum.") {
            $0.change.attachments[0].location = .with { $0.latitudeE7 = 1 }
        },
        altered("entry-heading-36001", "An attachment with a heading of 36,001.") {
            $0.change.attachments[0].heading = 36_001
        },
    ]

    private static let removals: [MustRejectCase] = [
        altered("entry-removals-65", "65 removals.") { $0.change.removals = (0...64).map(removal) },
        altered("entry-removals-order", "Removals whose indexes descend.") {
            $0.change.removals = [removal(1), removal(0)]
        },
        altered("entry-removals-twice", "The same removal twice.") { $0.change.removals = [removal(1), removal(1)] },
    ]

    private static let cuts: [MustRejectCase] = [
        altered("entry-cut-seq-0", "A cut of the entry at seq 0.") { $0.change.cuts = [wireCut(0)] },
        altered("entry-cut-order", "Cuts whose dots descend.") { $0.change.cuts = [wireCut(2), wireCut(1)] },
        altered("entry-cut-257", "A cut that names 257 origins.") {
            $0.change.cuts = [wireCut(1)]
            $0.change.cuts[0].seqs = (0...UInt128(Limits.contextOrigins)).map {
                pair(Origin(node: Samples.central.node, incarnation: Incarnation($0)), 1)
            }
        },
        altered("entry-cut-origins-order", "A cut whose origins descend.") {
            $0.change.cuts = [wireCut(1)]
            $0.change.cuts[0].seqs = [pair(Samples.central, 1), pair(earlier, 1)]
        },
        altered("entry-cut-to-too-large", "A cut down to seq 2^40.") {
            $0.change.cuts = [wireCut(1)]
            $0.change.cuts[0].seqs = [pair(Samples.central, Limits.seq + 1)]
        },
    ]

    /// Before `Samples.central` in the order of origins.
    private static let earlier = Origin(node: Samples.central.node, incarnation: Incarnation(1))

    static func pair(_ origin: Origin, _ seq: UInt64) -> WireContextPair {
        .with {
            $0.origin.append(contentsOf: origin.bytes)
            $0.seq = seq
        }
    }

    private static func removal(_ index: UInt32) -> WireElementID {
        .with {
            $0.entry.append(contentsOf: Samples.editedAtCentral.id.bytes)
            $0.index = index
        }
    }

    private static func wireCut(_ seq: UInt64) -> WireContextCut {
        .with {
            $0.origin.append(contentsOf: Samples.central.bytes)
            $0.seq = seq
            $0.seqs = [pair(Samples.central, 0)]
        }
    }

    private static func cut(_ seq: UInt64) -> ContextCut {
        ContextCut(dot: Dot(Samples.central, seq), seqs: [Samples.central: 0])
    }

    private static func located(
        _ name: String, _ description: String, _ alter: (inout WireLocation) -> Void
    ) -> MustRejectCase {
        altered(name, description) { wire in
            for index in wire.change.fields.indices where wire.change.fields[index].name == "location" {
                alter(&wire.change.fields[index].location)
            }
        }
    }

    /// An entry that belongs to no report, at the dot that all these entries have.
    private static func outside(_ entry: Entry, _ alter: (inout Entry) -> Void) -> [UInt8] {
        var entry = entry
        entry.dot = Samples.created.dot
        alter(&entry)
        return EntryCodec().encode(entry)
    }

    private static func altered(
        _ name: String, _ description: String, _ alter: (inout WireEntry) -> Void
    ) -> MustRejectCase {
        guard var wire = try? WireEntry(serializedBytes: EntryCodec().encode(Samples.created)) else {
            preconditionFailure("an own entry cannot be parsed")
        }
        alter(&wire)
        return .entry(name, description, [.init(MustRejectStreams.wire(wire))])
    }
}
