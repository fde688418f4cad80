/// The facts of a case as a journal keeps them beside the report, in 10 to about 100 bytes: a figure of a year reads
/// those of a million cases.
///
/// A byte with the format (1), a byte of marks, then numbers (LEB128; those that may be negative zigzag): the moment of
/// the report; returns, reworks, extensions and reopenings, if any of them is not 0; for each step a byte of marks and
/// the moments that it has, counted from that of the report; and department, group and grid, each as its length plus
/// one, then its bytes, or 0.
extension CaseFacts {
    private static let format: UInt8 = 1

    private enum Mark {
        static let void: UInt8 = 1
        static let suspended: UInt8 = 2
        static let rated: UInt8 = 4
        static let satisfied: UInt8 = 8
        static let counts: UInt8 = 16
        static let steps: UInt8 = 32
    }

    package var bytes: [UInt8] {
        let counts = [returns, reworks, extensions, reopenings]
        let steps = [confirmation, filing, dispatch, handling, verification, closing]
        var marks: UInt8 = 0
        if isVoid { marks |= Mark.void }
        if isSuspended { marks |= Mark.suspended }
        if let isSatisfied { marks |= isSatisfied ? Mark.rated | Mark.satisfied : Mark.rated }
        if counts.contains(where: { $0 != 0 }) { marks |= Mark.counts }
        if steps.contains(where: { $0 != Step() }) { marks |= Mark.steps }
        var writer = FactWriter()
        writer.bytes = [Self.format, marks]
        writer.put(reported)
        if marks & Mark.counts != 0 { for count in counts { writer.put(unsigned: UInt64(count)) } }
        if marks & Mark.steps != 0 { for step in steps { writer.put(step, since: reported) } }
        for name in [department, group, grid] { writer.put(name) }
        return writer.bytes
    }

    /// Nil for bytes of another format, and for corrupt ones.
    package init?(id: ReportID, bytes: UnsafeRawBufferPointer) {
        var reader = FactReader(bytes: bytes)
        guard reader.byte() == Self.format, let marks = reader.byte(), let reported = reader.number()
        else { return nil }
        self.init(id: id, reported: reported)
        isVoid = marks & Mark.void != 0
        isSuspended = marks & Mark.suspended != 0
        if marks & Mark.rated != 0 { isSatisfied = marks & Mark.satisfied != 0 }
        if marks & Mark.counts != 0 {
            returns = reader.count()
            reworks = reader.count()
            extensions = reader.count()
            reopenings = reader.count()
        }
        if marks & Mark.steps != 0 {
            confirmation = reader.step(since: reported)
            filing = reader.step(since: reported)
            dispatch = reader.step(since: reported)
            handling = reader.step(since: reported)
            verification = reader.step(since: reported)
            closing = reader.step(since: reported)
        }
        department = reader.name()
        group = reader.name()
        grid = reader.name()
        guard reader.isWhole else { return nil }
    }
}

/// Marks of a step.
private enum StepMark {
    static let done: UInt8 = 1
    static let deadline: UInt8 = 2
    static let onTime: UInt8 = 4
    static let unsure: UInt8 = 8
    static let late: UInt8 = 16
}

private struct FactWriter {
    var bytes: [UInt8] = []

    mutating func put(unsigned value: UInt64) { Varint.append(value, to: &bytes) }

    mutating func put(_ value: Int64) { put(unsigned: UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func put(_ step: CaseFacts.Step, since start: Int64) {
        var marks: UInt8 = 0
        if step.done != nil { marks |= StepMark.done }
        if step.deadline != nil { marks |= StepMark.deadline }
        switch step.punctuality {
        case .onTime: marks |= StepMark.onTime
        case .onTimeWithinUncertainty: marks |= StepMark.unsure
        case .late: marks |= StepMark.late
        case nil: break
        }
        bytes.append(marks)
        if let done = step.done { put(done &- start) }
        if let deadline = step.deadline { put(deadline &- start) }
    }

    mutating func put(_ name: String?) {
        guard let name else { return bytes.append(0) }
        put(unsigned: UInt64(name.utf8.count) + 1)
        bytes.append(contentsOf: name.utf8)
    }
}

private struct FactReader {
    let bytes: UnsafeRawBufferPointer
    private var place = 0
    private var isCorrupt = false

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Everything was read, and made sense.
    var isWhole: Bool { !isCorrupt && place == bytes.count }

    mutating func byte() -> UInt8? {
        guard place < bytes.count else {
            isCorrupt = true
            return nil
        }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func unsigned() -> UInt64 {
        guard let value = Varint.read(bytes, at: &place, end: bytes.count) else {
            isCorrupt = true
            return 0
        }
        return value
    }

    mutating func number() -> Int64? {
        let value = unsigned()
        return isCorrupt ? nil : Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func count() -> Int { Int(clamping: unsigned()) }

    mutating func step(since start: Int64) -> CaseFacts.Step {
        guard let marks = byte() else { return CaseFacts.Step() }
        let done = marks & StepMark.done != 0 ? number().map { start &+ $0 } : nil
        let deadline = marks & StepMark.deadline != 0 ? number().map { start &+ $0 } : nil
        let punctuality: Punctuality? =
            switch marks & (StepMark.onTime | StepMark.unsure | StepMark.late) {
            case StepMark.onTime: .onTime
            case StepMark.unsure: .onTimeWithinUncertainty
            case StepMark.late: .late
            default: nil
            }
        return CaseFacts.Step(done: done, deadline: deadline, punctuality: punctuality)
    }

    mutating func name() -> String? {
        let length = unsigned()
        guard length > 0, let count = Int(exactly: length - 1) else { return nil }
        guard count <= bytes.count - place,
            let name = String(validating: bytes[place..<place + count], as: UTF8.self)
        else {
            isCorrupt = true
            return nil
        }
        place += count
        return name
    }
}
