/// What is left of an entry's bytes without its values and lengths: the keys of its fields in order, the names of the
/// fields of its change, and a 0 at the end of each part (PROTOCOL.md, 7.9). Most entries of a batch share one shape.
///
/// A shape is compiled once for a batch. Its steps say how to build an entry from the next value of each column.
struct EntryShape {
    /// The shape of an entry that is not split, and of a withheld one. No field has these keys.
    static let whole: UInt8 = 0x07
    static let withheld: UInt8 = 0x0F
    static let end: UInt8 = 0

    enum Step {
        case number(key: UInt8, column: Int)
        case bytes(key: UInt8, column: Int)
        /// A name: the key, the length and the bytes, as they stand in the shape.
        case name(Range<Int>)
        case open(key: UInt8)
        case close
        case whole(column: Int)
        case withheld(column: Int)
    }

    let steps: [Step]
    /// An entry of this shape, with its length, has at least so many bytes in the raw form. So the number of values is
    /// known to be bounded before any of them is read.
    let leastRawBytes: Int

    /// `range`: the shape in `bytes`. Nil for bytes that are not a shape. Columns that no earlier shape has are added
    /// to `columns`.
    init?(_ bytes: [UInt8], _ range: Range<Int>, columns: inout ColumnList) {
        guard let first = bytes[range].first else { return nil }
        if first == Self.whole || first == Self.withheld {
            guard range.count == 1 else { return nil }
            let isWhole = first == Self.whole
            let column = columns.index(of: isWhole ? .whole : .withheld, named: [])
            steps = [isWhole ? .whole(column: column) : .withheld(column: column)]
            leastRawBytes = isWhole ? 2 : 33
            return
        }
        var steps: [Step] = []
        var least = 1  // its length
        var open: [EntryPart] = [.entry]
        var name: ArraySlice<UInt8> = []
        var position = range.lowerBound
        while position < range.upperBound {
            let key = bytes[position]
            position += 1
            if key == Self.end {
                guard open.count > 1 else { return nil }
                open.removeLast()
                steps.append(.close)
                continue
            }
            guard let part = open.last, let member = part.member(key) else { return nil }
            least += 2
            switch member {
            case .number(let column):
                steps.append(.number(key: key, column: columns.index(of: column, named: name)))
            case .bytes(let column):
                steps.append(.bytes(key: key, column: columns.index(of: column, named: name)))
            case .part(let inner):
                if inner == .field { name = [] }
                open.append(inner)
                steps.append(.open(key: key))
            case .name:
                guard position < range.upperBound, bytes[position] < 0x80 else { return nil }
                let end = position + 1 + Int(bytes[position])
                guard end <= range.upperBound else { return nil }
                name = bytes[position + 1..<end]
                steps.append(.name(position - 1..<end))
                least += name.count
                position = end
            }
        }
        guard open.count == 1 else { return nil }
        self.steps = steps
        leastRawBytes = least
    }
}

/// The columns of a batch, in the order in which its shapes first name them.
struct ColumnList {
    private struct Identity: Hashable {
        let column: EntryPart.Column
        let name: ArraySlice<UInt8>
    }

    private(set) var columns: [EntryPart.Column] = []
    private var places: [Identity: Int] = [:]

    var count: Int { columns.count }

    /// The values of the field `reporter` stand in the column of the authors: most reports name their author there.
    private static let reporter = Array("reporter".utf8)[...]

    mutating func index(of column: EntryPart.Column, named name: ArraySlice<UInt8>) -> Int {
        let isAuthor = column == .texts && name == Self.reporter
        let identity = Identity(
            column: isAuthor ? .authors : column, name: column.isNamed && !isAuthor ? name : [])
        if let place = places[identity] { return place }
        places[identity] = columns.count
        columns.append(identity.column)
        return columns.count - 1
    }
}
