import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// The entries that are quarantined because of their encoding, although a lenient reader of Protocol Buffers accepts
/// it.
enum MustRejectWriting {
    private static let sound = EntryCodec().encode(Samples.created)
    /// Origin (50 bytes), then seq, kind (2 each), id and report (18 each).
    private static let afterOrigin = 50
    private static let afterSeq = 52
    private static let afterKind = 54

    static let all: [MustRejectCase] = [
        made("entry-wire-type-bytes", "The seq as bytes.", seq: [0x12, 1, 1]),
        made("entry-wire-type-fixed", "The seq in four bytes of fixed width.", seq: [0x15, 1, 0, 0, 0]),
        made(
            "entry-varint-65-bits", "The seq is 2^64 + 1 in ten bytes.",
            seq: [0x10, 0x81] + [UInt8](repeating: 0x80, count: 8) + [2]),
        made(
            "entry-varint-11-bytes", "The seq, 1, as a varint of eleven bytes.",
            seq: [0x10, 0x81] + [UInt8](repeating: 0x80, count: 9) + [0]),
        .entry(
            "entry-kind-33-bits", "Kind 2^32 + 1.",
            [.init(sound[..<afterSeq] + [0x18, 0x81, 0x80, 0x80, 0x80, 0x10] + sound[afterKind...])]),
        .entry("entry-group", "A group, under number 20, behind all.", [.init(sound + [0xA3, 1, 0xA4, 1])]),
        .entry(
            "entry-context-apart", "A pair of the context stands behind the stamp.",
            [.init(withoutChange + clockPair)]),
        changed("entry-change-order", "A note stands before a field.", note + field),
        changed("entry-note-twice", "A note with two texts.", [0x12, 6, 0x0A, 1, 0x61, 0x0A, 1, 0x62]),
        changed("entry-location-twice", "A location with two latitudes.", location([0x08, 1, 0x10, 2, 0x10, 4])),
        changed(
            "entry-accuracy-33-bits", "An accuracy of 2^32 centimetres.",
            location([0x08, 1, 0x20, 0x80, 0x80, 0x80, 0x80, 0x10])),
        changed(
            "entry-latitude-33-bits", "A latitude of 2^32, of which the lowest 32 bits are 0.",
            location([0x08, 1, 0x10, 0x80, 0x80, 0x80, 0x80, 0x20])),
        changed("entry-cleared-2", "A field with cleared = 2.", [0x0A, 5, 0x0A, 1, 0x78, 0x28, 2]),
        changed(
            "entry-index-33-bits", "A removal of the index 2^32.",
            [0x2A, 24, 0x0A, 16] + Samples.editedAtCentral.id.bytes + [0x10, 0x80, 0x80, 0x80, 0x80, 0x10]),
        changed(
            "entry-audience-33-bits", "A note whose audience is 2^32.",
            [0x12, 6, 0x10, 0x80, 0x80, 0x80, 0x80, 0x10]),
        changed(
            "entry-text-surrogate", "A text that is the surrogate D800, in three bytes.",
            [0x0A, 8, 0x0A, 1, 0x78, 0x12, 3, 0xED, 0xA0, 0x80]),
        changed("entry-text-overlong", "A text that is a slash in two bytes.", [0x12, 4, 0x0A, 2, 0xC0, 0xAF]),
    ]

    private static let note: [UInt8] = [0x12, 3, 0x0A, 1, 0x61]
    private static let field: [UInt8] = [0x0A, 6, 0x0A, 1, 0x78, 0x12, 1, 0x61]

    private static let withoutChange: [UInt8] = {
        var entry = Samples.created
        entry.change = Change()
        return EntryCodec().encode(entry)
    }()

    private static let clockPair = [0x3A, 52, 0x0A, 48] + Samples.central.bytes + [0x10, 1]

    /// The entry that sets one field, x, to a location with these bytes.
    private static func location(_ bytes: [UInt8]) -> [UInt8] {
        let value = [0x22, UInt8(bytes.count)] + bytes
        return [0x0A, UInt8(value.count + 3), 0x0A, 1, 0x78] + value
    }

    private static func made(_ name: String, _ description: String, seq: [UInt8]) -> MustRejectCase {
        .entry(name, description, [.init(sound[..<afterOrigin] + seq + sound[afterSeq...])])
    }

    /// The entry with a change that has these bytes.
    private static func changed(_ name: String, _ description: String, _ change: [UInt8]) -> MustRejectCase {
        .entry(name, description, [.init(withoutChange + [0x5A, UInt8(change.count)] + change)])
    }
}
