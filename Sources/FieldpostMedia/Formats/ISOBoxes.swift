/// One box of an ISO base media file (ISO/IEC 14496-12, 4.2), or one atom of a QuickTime file.
struct ISOBox {
    let type: FourCC
    let range: Range<Int>
    /// After the size and the type.
    let payload: Range<Int>

    /// The payload of a full box, after its version and flags (4.2).
    var fullPayload: Range<Int> { min(payload.lowerBound + 4, payload.upperBound)..<payload.upperBound }
}

/// The boxes of a file, or those inside one box, in order. Nothing here recurses: who wants the content of a box makes
/// another walk over its payload.
struct ISOBoxes {
    private var offset: Int
    private let end: Int
    private let isFile: Bool

    /// The boxes inside a range. QuickTime may end them with four bytes of 0.
    init(in range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
        isFile = false
    }

    /// The boxes of a whole file.
    init<Source>(file window: ByteWindow<Source>) {
        offset = 0
        end = window.byteCount
        isFile = true
    }

    /// Nil at the end. Throws `.cutOff` if a box of the file is longer than the file, and `.malformed` if a box is
    /// longer than the one around it.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> ISOBox? {
        guard offset < end else { return nil }
        guard end - offset >= 8 else {
            if isFile { throw .cutOff }
            return nil
        }
        try window.takePart()
        var size = try window.u32(at: offset)
        let type = try window.code(at: offset + 4)
        var header = 8
        // A size of 0: to the end of the file. 1: the size follows, in 64 bits.
        if size == 0 {
            size = end - offset
        } else if size == 1 {
            header = 16
            guard end - offset >= header else { throw isFile ? .cutOff : .malformed }
            size = try window.size(at: offset + 8, count: 8)
        }
        guard size >= header, type.isPlausible else { throw .malformed }
        guard size <= end - offset else { throw isFile ? .cutOff : .malformed }
        let box = ISOBox(
            type: type, range: offset..<(offset + size), payload: (offset + header)..<(offset + size))
        offset = box.range.upperBound
        return box
    }

    /// The first box of a type inside a range.
    static func first<Source>(
        _ type: FourCC, in range: Range<Int>, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> ISOBox? {
        var boxes = ISOBoxes(in: range)
        while let box = try boxes.next(in: &window) {
            if box.type == type { return box }
        }
        return nil
    }
}
