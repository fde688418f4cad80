import FieldpostCore

/// Reads the columns form of entries (PROTOCOL.md, 7.8) and builds the entries.
///
/// Before values are read, the shapes say how many there are, and that they fit in the bytes that the batch declares.
struct ColumnsReader {
    private let form: [UInt8]
    private let rawBytes: Int
    private var shapes: [EntryShape] = []
    private var shapeOfEntry: [Int] = []
    /// For each column its place in `numbers` or in `strings`.
    private var places: [Int] = []
    private var numbers: [NumberReader] = []
    private var strings: [BytesReader] = []

    /// The entries of a columns form. `rawBytes`: what they have in the raw form.
    ///
    /// Throws `badBatch`.
    static func entries(of form: [UInt8], count: Int, rawBytes: Int) throws(Violation) -> [PackedEntry] {
        var reader = ColumnsReader(form: form, rawBytes: rawBytes)
        try reader.open(count: count)
        return try reader.build()
    }

    /// Whether a receiver of the form gets exactly these entries.
    static func gives(_ form: [UInt8], _ entries: [PackedEntry], rawBytes: Int) -> Bool {
        do throws(Violation) {
            var reader = ColumnsReader(form: form, rawBytes: rawBytes)
            try reader.open(count: entries.count)
            var (next, isSame) = (0, true)
            try reader.each { bytes, isWithheld throws(Violation) in
                switch entries[next] {
                case .bytes(let entry): isSame = isSame && !isWithheld && isEqual(entry, bytes)
                case .withheld(let hash): isSame = isSame && isWithheld && bytes == hash.bytes
                }
                next += 1
            }
            return isSame
        } catch {
            return false
        }
    }

    /// `==` compares one byte after the other.
    private static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        guard first.count == second.count else { return false }
        return first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                var (offset, difference) = (0, UInt64(0))
                while offset + 8 <= first.count {
                    difference |=
                        first.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        ^ second.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    offset += 8
                }
                while offset < first.count {
                    difference |= UInt64(first[offset] ^ second[offset])
                    offset += 1
                }
                return difference == 0
            }
        }
    }

    private init(form: [UInt8], rawBytes: Int) {
        self.form = form
        self.rawBytes = rawBytes
    }

    // MARK: Opening

    private mutating func open(count: Int) throws(Violation) {
        var position = 0
        var list = ColumnList()
        try readShapes(at: &position, count: count, list: &list)
        try readShapeOfEntry(at: &position, count: count)
        for (column, count) in zip(list.columns, try valueCounts(columns: list.count)) {
            if column.isNumber {
                guard let reader = NumberReader(form, at: &position, count: count) else {
                    throw Violation(.badBatch, "a column of numbers that is torn")
                }
                places.append(numbers.count)
                numbers.append(reader)
            } else {
                places.append(strings.count)
                strings.append(
                    try BytesReader(form, at: &position, count: count, isText: column.isText, limit: rawBytes))
            }
        }
        guard position == form.count else {
            throw Violation(.badBatch, "\(form.count - position) bytes follow the columns")
        }
    }

    private mutating func readShapes(
        at position: inout Int, count: Int, list: inout ColumnList
    ) throws(Violation) {
        guard let shapeCount = Varint.read(form, at: &position, end: form.count), shapeCount > 0, shapeCount <= count
        else {
            throw Violation(.badBatch, "more shapes than entries, or none")
        }
        for _ in 0..<shapeCount {
            guard let length = Varint.read(form, at: &position, end: form.count),
                length <= UInt64(form.count - position),
                let shape = EntryShape(form, position..<position + Int(length), columns: &list)
            else { throw Violation(.badBatch, "shape \(shapes.count + 1) of \(shapeCount) cannot be read") }
            shapes.append(shape)
            position += Int(length)
        }
    }

    /// Shapes stand in the order in which entries first use them, and none is unused.
    private mutating func readShapeOfEntry(at position: inout Int, count: Int) throws(Violation) {
        guard var reader = NumberReader(form, at: &position, count: count) else {
            throw Violation(.badBatch, "the column of shapes is torn")
        }
        var used: UInt64 = 0
        for _ in 0..<count {
            let shape = form.withUnsafeBufferPointer { reader.next($0) }
            guard shape <= used, shape < shapes.count else {
                throw Violation(.badBatch, "the shapes are not in the order of the entries")
            }
            used = max(used, shape + 1)
            shapeOfEntry.append(Int(shape))
        }
        guard used == shapes.count else { throw Violation(.badBatch, "a shape that no entry has") }
    }

    /// How many values each column has.
    private func valueCounts(columns: Int) throws(Violation) -> [Int] {
        var uses = [Int](repeating: 0, count: shapes.count)
        for shape in shapeOfEntry { uses[shape] += 1 }
        var (counts, least) = ([Int](repeating: 0, count: columns), 0)
        for (shape, uses) in zip(shapes, uses) {
            least += shape.leastRawBytes * uses
            guard least <= rawBytes else { throw Self.tooLarge }
            for step in shape.steps {
                switch step {
                case .number(_, let column), .bytes(_, let column), .whole(let column), .withheld(let column):
                    counts[column] += uses
                case .name, .open, .close: continue
                }
            }
        }
        return counts
    }

    // MARK: Building

    private mutating func build() throws(Violation) -> [PackedEntry] {
        var entries: [PackedEntry] = []
        entries.reserveCapacity(shapeOfEntry.count)
        try each { bytes, isWithheld throws(Violation) in
            if isWithheld, let hash = Hash256(bytes: bytes) {
                entries.append(.withheld(hash))
            } else {
                entries.append(.bytes(Self.copy(bytes)))
            }
        }
        return entries
    }

    /// A copy with exactly the room that it needs. The usual one would share the memory of `bytes`.
    private static func copy(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { copy, count in
            count = bytes.count
            bytes.withUnsafeBufferPointer { _ = copy.update(fromContentsOf: $0) }
        }
    }

    /// Gives each entry's bytes, or the hash of a withheld one, to `take`.
    private mutating func each(_ take: ([UInt8], _ isWithheld: Bool) throws(Violation) -> Void) throws(Violation) {
        var bytes: [UInt8] = []
        var open: [Int] = []
        var left = rawBytes
        for index in shapeOfEntry {
            bytes.removeAll(keepingCapacity: true)
            let steps = shapes[index].steps
            for step in steps { try self.take(step, to: &bytes, open: &open, limit: left) }
            guard !bytes.isEmpty else { throw Violation(.badBatch, "an entry without bytes") }
            if case .withheld = steps[0] {
                guard bytes.count == Hash256.byteCount else {
                    throw Violation(.badBatch, "a withheld entry with a hash of \(bytes.count) bytes")
                }
                left -= 1 + bytes.count
                try take(bytes, true)
            } else {
                left -= Varint.size(UInt64(bytes.count)) + bytes.count
                try take(bytes, false)
            }
            guard left >= 0 else { throw Self.tooLarge }
        }
        guard left == 0 else { throw Violation(.badBatch, "the entries have \(left) bytes fewer than declared") }
    }

    private mutating func take(
        _ step: EntryShape.Step, to bytes: inout [UInt8], open: inout [Int], limit: Int
    ) throws(Violation) {
        switch step {
        case .number(let key, let column):
            bytes.append(key)
            Varint.append(form.withUnsafeBufferPointer { numbers[places[column]].next($0) }, to: &bytes)
        case .bytes(let key, let column):
            bytes.append(key)
            try strings[places[column]].append(to: &bytes, isCounted: true, limit: limit, form)
        case .name(let range): bytes.append(contentsOf: form[range])
        case .open(let key):
            bytes.append(key)
            open.append(bytes.count)
            bytes.append(0)
        case .close:
            guard let start = open.popLast() else { preconditionFailure("a compiled shape closes what it opened") }
            FieldWriter.setLength(at: start, in: &bytes)
        case .whole(let column), .withheld(let column):
            try strings[places[column]].append(to: &bytes, isCounted: false, limit: limit, form)
        }
    }

    private static let tooLarge = Violation(.badBatch, "the entries have more bytes than declared")
}
