import FieldpostCore
import Foundation
import SwiftProtobuf

/// Converts the messages of a comparison from their generated types, and checks each.
enum CompareReader {
    static func compare(_ wire: WireCompare) throws(Violation) -> Compare {
        let subject: Compare.Subject
        switch wire.subject {
        case 1: subject = .entries(try MessageParts.origin(wire.origin))
        case 2: subject = .slots
        case 3: subject = .reports
        case 4: subject = .rows
        case 5: subject = .lacking(try MessageParts.origin(wire.origin))
        default: throw Violation(.malformedMessage, "subject \(wire.subject) of a comparison is unknown")
        }
        guard Compare.partSizes.contains(wire.partSize) else {
            throw Violation(.malformedMessage, "a comparison with parts of \(wire.partSize)")
        }
        var ranges: [ClosedRange<UInt64>] = []
        for range in wire.ranges {
            guard range.first <= range.last, ranges.last.map({ $0.upperBound < range.first }) ?? true else {
                throw Violation(.malformedMessage, "a comparison from \(range.first) to \(range.last)")
            }
            ranges.append(range.first...range.last)
        }
        let compare = Compare(subject, ranges, partSize: wire.partSize, isDeep: wire.deep)
        try check(compare)
        return compare
    }

    private static func check(_ compare: Compare) throws(Violation) {
        guard let last = compare.ranges.last?.upperBound else {
            throw Violation(.malformedMessage, "a comparison without ranges")
        }
        let most =
            switch compare.subject {
            case .entries, .lacking, .rows: Limits.seq
            case .slots, .reports: Compare.slots - 1
            }
        guard last <= most else { throw Violation(.malformedMessage, "a comparison up to \(last)") }
        switch compare.subject {
        case .entries, .slots:
            guard compare.ranges.allSatisfy({ $0.lowerBound.isMultiple(of: compare.partSize) }) else {
                throw Violation(.malformedMessage, "a comparison whose parts do not begin at multiples of their size")
            }
            try limit(compare.partCount, Limits.compareParts, "parts")
            if compare.isDeep { try limit(compare.size, Limits.deepSeqs, "seqs to be read again") }
        case .reports: try limit(compare.size, UInt64(Limits.namedSlots), "slots")
        case .rows:
            guard compare.ranges.count == 1 else { throw Violation(.malformedMessage, "rows in several ranges") }
        case .lacking:
            guard compare.ranges[0].lowerBound > 0 else { throw Violation(.malformedMessage, "seq 0 lacks") }
        }
    }

    private static func limit(_ count: UInt64, _ most: UInt64, _ what: String) throws(Violation) {
        guard count <= most else {
            throw Violation(.limitExceeded, "a comparison of \(count) \(what); the limit is \(most)")
        }
    }

    static func compared(_ wire: WireCompared) throws(Violation) -> Compared {
        var answer = Compared(digests: try parts(wire.digests, of: 8, atMost: Int(Limits.compareParts)).map(number))
        for part in try parts(wire.reports, of: 24, atMost: Limits.comparedReports) {
            let id: ReportID = try MessageParts.id(part.prefix(16), "report")
            guard answer.reports.last.map({ $0.report < id }) ?? true else {
                throw Violation(.malformedMessage, "reports of a comparison that do not ascend")
            }
            answer.reports.append(Compared.Mark(report: id, digest: number(part.suffix(8))))
        }
        for part in try parts(wire.repaired, of: 16, atMost: Limits.repairedReports) {
            answer.repaired.append(try MessageParts.id(part, "repaired"))
        }
        answer.isCut = wire.isCut
        answer.next = wire.hasNext ? wire.next : nil
        return answer
    }

    private static func parts(_ data: Data, of size: Int, atMost most: Int) throws(Violation) -> [Data] {
        guard data.count.isMultiple(of: size) else {
            throw Violation(.malformedMessage, "\(data.count) bytes of a comparison, in parts of \(size)")
        }
        guard data.count / size <= most else {
            throw Violation(.limitExceeded, "\(data.count / size) parts of a comparison; the limit is \(most)")
        }
        return stride(from: data.startIndex, to: data.endIndex, by: size).map { data[$0..<$0 + size] }
    }

    private static func number(_ bytes: Data) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension WireCompare {
    init(_ compare: Compare) {
        self.init()
        switch compare.subject {
        case .entries(let origin): (subject, self.origin) = (1, Data(origin.bytes))
        case .slots: subject = 2
        case .reports: subject = 3
        case .rows: subject = 4
        case .lacking(let origin): (subject, self.origin) = (5, Data(origin.bytes))
        }
        ranges = compare.ranges.map { range in
            .with {
                $0.first = range.lowerBound
                $0.last = range.upperBound
            }
        }
        partSize = compare.partSize
        deep = compare.isDeep
    }
}

extension WireCompared {
    init(_ answer: Compared) {
        self.init()
        for digest in answer.digests { Self.append(digest, to: &digests) }
        for mark in answer.reports {
            reports.append(contentsOf: mark.report.bytes)
            Self.append(mark.digest, to: &reports)
        }
        for report in answer.repaired { repaired.append(contentsOf: report.bytes) }
        isCut = answer.isCut
        if let next = answer.next { self.next = next }
    }

    private static func append(_ number: UInt64, to data: inout Data) {
        withUnsafeBytes(of: number.bigEndian) { data.append(contentsOf: $0) }
    }
}
