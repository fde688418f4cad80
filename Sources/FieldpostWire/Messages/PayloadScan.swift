import FieldpostCore

/// A first pass over a frame's payload, before anything is built from it. It counts list elements, and finds a batch's
/// data.
struct PayloadScan {
    /// The payload without the data.
    let header: [UInt8]
    /// The range of the data in the buffer; nil when there is none. The last one counts, as in Protocol Buffers.
    let data: Range<Int>?

    /// Throws `malformedMessage`, or `limitExceeded` when a list has more than `Limits.listedOrigins` elements
    /// (`Limits.locatePoints` for the points of a locate, `Limits.statusAlarms` for the alarms of a status,
    /// `Limits.people` for people, `Limits.compareRanges` for the ranges of a
    /// comparison).
    init(_ type: FrameType, buffer: [UInt8], payload: Range<Int>) throws(Violation) {
        let lists = Self.lists(in: type)
        var counts: [Int: Int] = [:]
        var data: Range<Int>?
        var header: [UInt8] = []
        var kept = payload.lowerBound  // bytes before this are in `header` or are data
        var fields = FieldReader(buffer, in: payload)
        do throws(FieldFault) {
            while true {
                let start = fields.position
                guard let field = try fields.next() else { break }
                if type.hasData, field.number == MessageWriter.dataField {
                    guard case .bytes(let range) = field.value else { throw .malformed("data of the wrong type") }
                    header.append(contentsOf: buffer[kept..<start])
                    kept = fields.position
                    data = range
                } else if lists.contains(field.number) {
                    counts[field.number, default: 0] += Self.elements(of: field, in: buffer, type)
                }
            }
        } catch {
            throw Violation(.malformedMessage, "\(type): \(error.reason)")
        }
        let limit = Self.limit(of: type)
        for (number, count) in counts where count > limit {
            throw Violation(
                .limitExceeded, "\(type): \(count) elements in field \(number); the limit is \(limit)")
        }
        header.append(contentsOf: buffer[kept..<payload.upperBound])
        self.header = header
        self.data = data
    }

    private static func limit(of type: FrameType) -> Int {
        switch type {
        case .locate: Limits.locatePoints
        case .status: Limits.statusAlarms
        case .people: Limits.people
        case .compare: Limits.compareRanges
        default: Limits.listedOrigins
        }
    }

    /// The numbers of the repeated fields.
    private static func lists(in type: FrameType) -> Set<Int> {
        switch type {
        case .hello: [9, 10, 11, 12]
        case .heads, .locate: [1]
        case .receipt, .enroll, .people: [2]
        case .feedBatch: [2, 3]
        case .enrolled: [4]
        case .status: [12]
        case .compare: [3]
        default: []
        }
    }

    /// The number of the repeated field of numbers, which may be packed: a hello's dictionaries, a receipt's
    /// quarantined seqs, or a status's alarms.
    private static func numbers(in type: FrameType) -> Int? {
        switch type {
        case .hello: 9
        case .receipt: 2
        case .status: 12
        default: nil
        }
    }

    /// One, except for numbers packed into one field.
    private static func elements(of field: FieldReader.Field, in buffer: [UInt8], _ type: FrameType) -> Int {
        guard field.number == numbers(in: type), case .bytes(let range) = field.value else { return 1 }
        return buffer[range].reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) }
    }
}
