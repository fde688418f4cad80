import FieldpostCore

/// Writes the columns form of entries (PROTOCOL.md, 7.8): their shapes, and then each column with its values.
struct ColumnsWriter {
    private var splitter = EntrySplitter()
    private var shapeTable = BytesTable()
    private var shapes: [EntryShape] = []
    private var shapeOfEntry: [UInt64] = []
    private var list = ColumnList()
    private var columns: [Values] = []

    static func form(of entries: [PackedEntry]) -> [UInt8] {
        var writer = ColumnsWriter()
        for entry in entries { writer.add(entry) }
        return writer.form()
    }

    private mutating func add(_ entry: PackedEntry) {
        switch entry {
        case .bytes(let bytes):
            precondition(!bytes.isEmpty, "an entry without bytes would read as a withheld one")
            bytes.withUnsafeBufferPointer { bytes in
                if splitter.split(bytes) {
                    add(bytes, splitter.values, shape: splitter.shape)
                } else {
                    add(bytes, [UInt64(bytes.count)], shape: [EntryShape.whole])
                }
            }
        case .withheld(let hash):
            hash.bytes.withUnsafeBufferPointer { add($0, [UInt64($0.count)], shape: [EntryShape.withheld]) }
        }
    }

    private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ values: [UInt64], shape: [UInt8]) {
        let (index, isNew) = shape.withUnsafeBufferPointer { shapeTable.index(of: $0) }
        if isNew {
            guard let compiled = EntryShape(shape, shape.indices, columns: &list) else {
                preconditionFailure("an entry was split into something that is not a shape")
            }
            shapes.append(compiled)
            for column in list.columns[columns.count...] { columns.append(Values(column)) }
        }
        shapeOfEntry.append(UInt64(index))
        var next = 0
        for step in shapes[index].steps {
            switch step {
            case .number(_, let column): columns[column].numbers.append(values[next])
            case .bytes(_, let column), .whole(let column), .withheld(let column):
                let range = EntrySplitter.range(values[next])
                columns[column].add(UnsafeBufferPointer(rebasing: bytes[range]))
            case .name, .open, .close: continue
            }
            next += 1
        }
    }

    private func form() -> [UInt8] {
        var form: [UInt8] = []
        Varint.append(UInt64(shapes.count), to: &form)
        for index in shapes.indices {
            let range = shapeTable.range(of: index)
            Varint.append(UInt64(range.count), to: &form)
            form.append(contentsOf: shapeTable.joined[range])
        }
        NumberColumn.append(shapeOfEntry, to: &form)
        for column in columns { column.append(to: &form) }
        return form
    }

    /// The values of one column. A value of bytes that stood in the column before is written as its number.
    private struct Values {
        var numbers: [UInt64] = []
        private var lengths: [UInt64] = []
        private var contents: [UInt8] = []
        private var table = BytesTable()
        private var last = -1
        private let isText: Bool
        private let isNumber: Bool

        init(_ column: EntryPart.Column) {
            isText = column.isText
            isNumber = column.isNumber
        }

        mutating func add(_ value: UnsafeBufferPointer<UInt8>) {
            let (index, isNew) = table.index(of: value)
            if isNew {
                numbers.append(BytesColumn.new)
                let start = contents.count
                if isText { PackedText.append(value, to: &contents) }
                lengths.append(UInt64(isText ? contents.count - start : value.count))
            } else {
                numbers.append(index == last ? BytesColumn.sameAsLast : BytesColumn.firstKnown + UInt64(index))
            }
            last = index
        }

        func append(to form: inout [UInt8]) {
            NumberColumn.append(numbers, to: &form)
            guard !isNumber else { return }
            NumberColumn.append(lengths, to: &form)
            form.append(contentsOf: isText ? contents : table.joined)
        }
    }
}
