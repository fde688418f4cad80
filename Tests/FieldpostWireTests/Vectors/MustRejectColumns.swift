import FieldpostCore
import SwiftProtobuf

@testable import FieldpostWire

/// Batches whose columns form breaks a rule (PROTOCOL.md, 7.8 to 7.12). All are deflated as they should be.
enum MustRejectColumns {
    static let all: [MustRejectCase] = shapes + numbers + bytes + texts + entries

    /// Like the bad forms, but sound: eight entries, which say only that their seqs are 7 to 14.
    static let sound: [UInt8] = [1, 1, 0x10, 0, 0, 0x10, 7, 2]
    static let soundEntries: [[UInt8]] = (7...14).map { [0x10, $0] }

    /// The columns of one entry with an author, from the codes on.
    private static func author(_ column: [UInt8]) -> [UInt8] { [1, 1, 0x4A, 0, 0] + column }

    private static let shapes: [MustRejectCase] = [
        columns("columns-empty", "No bytes at all.", []),
        columns("columns-shapes-0", "No shape.", [0]),
        columns("columns-shapes-2", "Two shapes for one entry.", [2, 1, 0x10, 1, 0x18, 0, 0, 0, 14]),
        columns("columns-shape-empty", "A shape without bytes.", [1, 0, 0, 0]),
        columns("columns-shape-torn", "A shape of 5 bytes, of which 1 is there.", [1, 5, 0x10]),
        columns("columns-shape-unknown", "A shape with field 12 of an entry.", [1, 1, 0x60, 0, 0, 0, 14]),
        columns("columns-shape-wire-type", "A shape with the seq as bytes.", [1, 1, 0x12, 0, 0, 0, 0, 0, 2, 0x61]),
        columns("columns-shape-open", "A shape whose stamp does not end.", [1, 2, 0x52, 0x10, 0, 0, 0, 14]),
        columns("columns-shape-closed", "A shape that ends a part, where none is open.", [1, 2, 0x10, 0, 0, 0, 0, 14]),
        columns(
            "columns-shape-name-torn", "A shape that ends inside a name of 9 bytes.",
            [1, 5, 0x5A, 0x0A, 0x0A, 9, 0x61]),
        columns("columns-shape-whole", "The mark of a whole entry, and a field behind it.", [1, 2, 7, 0x10, 0, 0]),
        columns(
            "columns-shape-unused", "Two entries and two shapes, of which one is not used.",
            [2, 1, 0x10, 1, 0x18, 0, 0, 0, 14], count: 2),
        columns(
            "columns-shape-order", "The first entry has the second shape.",
            [2, 1, 0x10, 1, 0x18, 1, 0, 1, 1, 0, 0, 14, 0, 2], count: 2),
        columns("columns-shape-beyond", "The entry has the second of one shape.", [1, 1, 0x10, 0, 2, 0, 14]),
    ]

    private static let numbers: [MustRejectCase] = [
        columns("columns-width-9", "A column of numbers of 9 bytes.", [1, 1, 0x10, 0, 0, 9, 14, 1] + zeros(9)),
        columns("columns-head-flag", "A column's head with an unknown flag.", [1, 1, 0x10, 0, 0, 0x20, 14]),
        columns("columns-base-torn", "A column's base does not end.", [1, 1, 0x10, 0, 0, 0, 0x80]),
        columns("columns-factor-torn", "A column without its factor.", [1, 1, 0x10, 0, 0, 1, 14]),
        columns(
            "columns-numbers-torn", "Three numbers of one byte, of which two are there.",
            [1, 1, 0x10, 0, 0, 1, 14, 1, 1, 2], count: 3),
        columns("columns-missing", "A column is missing.", [1, 2, 0x10, 0x18, 0, 0, 0, 14]),
        columns("columns-more", "A byte follows the last column.", sound + [0], count: 8, raw: 24),
    ]

    private static let bytes: [MustRejectCase] = [
        columns("columns-code-same", "The first value is the same as the one before it.", author([0, 2])),
        columns("columns-code-known", "The only value is one that was new earlier.", author([0, 4])),
        columns(
            "columns-code-beyond", "The second value is the fifth that was new.",
            author([1, 0, 1, 0, 6, 0, 2, 0x61]), count: 2),
        columns(
            "columns-length-beyond", "A value of 5 bytes, of which 4 are there.", author([0, 0, 0, 10]) + zeros(4)),
        columns("columns-lengths-missing", "New values without lengths.", author([0, 0])),
    ]

    private static let texts: [MustRejectCase] = [
        columns("columns-text-torn", "The first byte of a pair, and nothing behind it.", author([0, 0, 0, 2, 0x80])),
        columns(
            "columns-text-below-80", "A pair of bytes for U+0041.", author([0, 0, 0, 4, 0xD2, 0x41])),
        columns(
            "columns-text-run-torn", "A run of 5 bytes, of which one is there.", author([0, 0, 0, 6, 0xFF, 5, 0x61]),
            raw: 8),
        columns("columns-text-run-mark", "The mark of a run, and nothing behind it.", author([0, 0, 0, 2, 0xFF])),
        columns(
            "columns-text-long", "A text that has more bytes than the whole batch.",
            author([0, 0, 0, 20]) + [UInt8](repeating: 0xDD, count: 10), raw: 15),
    ]

    private static let entries: [MustRejectCase] = [
        columns("columns-raw-more", "The entries have one byte more than is named.", sound, count: 8, raw: 23),
        columns("columns-raw-less", "The entries have one byte fewer than is named.", sound, count: 8, raw: 25),
        columns("columns-entry-empty", "An entry without bytes.", [1, 1, 7, 0, 0, 0, 0, 0, 0]),
        columns(
            "columns-withheld-31", "A withheld entry with a hash of 31 bytes.",
            [1, 1, 0x0F, 0, 0, 0, 0, 0, 62] + zeros(31)),
        columns(
            "columns-bomb-entries", "4,096 entries of 1,000 bytes each, made of one value; 8 KiB are named.",
            [1, 1, 7, 0, 0, 1, 0, 1, 0] + [UInt8](repeating: 1, count: 4095) + [0, 0xD0, 0x0F]
                + [UInt8](repeating: 0x61, count: 1000), count: 4096, raw: 8192),
        columns(
            "columns-bomb-values", "4,096 entries of 1,000 equal numbers each; 64 KiB are named.",
            [1, 0xE8, 0x07] + [UInt8](repeating: 0x10, count: 1000) + [0, 0, 0, 14], count: 4096, raw: 65_536),
    ]

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private static func columns(
        _ name: String, _ description: String, _ form: [UInt8], count: UInt32 = 1, raw: UInt32 = 64
    ) -> MustRejectCase {
        MustRejectStreams.batch(name, .badBatch, description) {
            $0.lastSeq = $0.firstSeq + UInt64(count) - 1
            $0.entries = .with {
                $0.codec = 1
                $0.count = count
                $0.rawBytes = raw
            }
            $0.data.removeAll()
            $0.data.append(contentsOf: storedBlock(form))
        }
    }

    /// A deflate stream of one stored block, which holds the bytes as they are.
    static func storedBlock(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8))
        return [1, low, high, ~low, ~high] + bytes
    }
}
