import FieldpostCore

/// A first walk over a frame's payload, before anything is made of it: counts what is listed, and finds a batch's data.
struct PayloadScan {
    /// The payload without the data.
    let header: [UInt8]
    /// Where the data stands in the buffer; nil when there is none. The last one counts, as in Protocol Buffers.
    let data: Range<Int>?

    /// Throws `malformedMessage`, or `limitExceeded` when more is listed than `Limits.listedOrigins`.
    init(_ type: FrameType, buffer: [UInt8], payload: Range<Int>) throws(Violation) {
        let lists = Self.lists(in: type)
        let hasData = type == .batch || type == .feedBatch
        var counts: [Int: Int] = [:]
        var data: Range<Int>?
        var header: [UInt8] = []
        var kept = payload.lowerBound  // up to here, bytes are in the header or are data
        var fields = FieldReader(buffer, in: payload)
        do throws(FieldFault) {
            while true {
                let start = fields.position
                guard let field = try fields.next() else { break }
                if hasData, field.number == MessageWriter.dataField {
                    guard case .bytes(let range) = field.value else { throw .malformed("data that is no bytes") }
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
        for (number, count) in counts where count > Limits.listedOrigins {
            throw Violation(
                .limitExceeded,
                "\(type): \(count) elements in field \(number), where \(Limits.listedOrigins) are allowed")
        }
        header.append(contentsOf: buffer[kept..<payload.upperBound])
        self.header = header
        self.data = data
    }

    /// The numbers of the repeated fields.
    private static func lists(in type: FrameType) -> Set<Int> {
        switch type {
        case .hello: [dictionariesField, 10, 11, 12]
        case .heads: [1]
        default: []
        }
    }

    private static let dictionariesField = 9

    /// One, but for numbers packed into one field.
    private static func elements(of field: FieldReader.Field, in buffer: [UInt8], _ type: FrameType) -> Int {
        guard type == .hello, field.number == dictionariesField, case .bytes(let range) = field.value else { return 1 }
        return buffer[range].reduce(0) { $0 + ($1 < 0x80 ? 1 : 0) }
    }
}
