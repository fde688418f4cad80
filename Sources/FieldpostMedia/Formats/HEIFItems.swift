/// What the `meta` box of a HEIF file says of its items (ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12).
struct HEIFItems {
    /// The largest image: the primary item, or the whole of which the primary item's tiles are parts.
    private(set) var size: PixelSize?
    /// Where the item with Exif data lies, part by part, in bytes of the file.
    private(set) var exif: [Range<Int>] = []

    /// Reads the boxes inside `meta`. `end` is where the last box of the file ends. Throws `.noMediaData` if the data
    /// of an item end beyond.
    init<Source>(_ meta: ISOBox, end: Int, of window: inout ByteWindow<Source>) throws(MediaDefect) {
        let inside = meta.fullPayload
        size = try Self.largestExtent(in: inside, of: &window)
        let exifItem = try Self.exifItem(in: inside, of: &window)
        guard let locations = try ISOBoxes.first("iloc", in: inside, of: &window) else { throw .noMediaData }
        let idat = try ISOBoxes.first("idat", in: inside, of: &window)
        var items = try HEIFLocations(locations, fileEnd: end, itemData: idat?.payload, of: &window)
        while let item = try items.next(in: &window) {
            if item.id == exifItem, exif.isEmpty { exif = item.extents }
        }
    }

    /// The largest `ispe` (23008-12, 6.5.3) of `iprp/ipco`.
    private static func largestExtent<Source>(
        in meta: Range<Int>, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> PixelSize? {
        guard let properties = try ISOBoxes.first("iprp", in: meta, of: &window),
            let container = try ISOBoxes.first("ipco", in: properties.payload, of: &window)
        else { return nil }
        var largest: PixelSize?
        var boxes = ISOBoxes(in: container.payload)
        while let box = try boxes.next(in: &window) {
            guard box.type == "ispe", box.fullPayload.count >= 8 else { continue }
            let start = box.fullPayload.lowerBound
            let size = PixelSize(width: try window.u32(at: start), height: try window.u32(at: start + 4))
            if let size, size.pixels > (largest?.pixels ?? 0) { largest = size }
        }
        return largest
    }

    /// The id of the first item of type `Exif` in `iinf` (23008-12, A.2.1).
    private static func exifItem<Source>(
        in meta: Range<Int>, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> Int? {
        guard let list = try ISOBoxes.first("iinf", in: meta, of: &window), list.payload.count >= 6 else { return nil }
        // The count of entries before them has 16 bits in version 0, and 32 in others.
        let count = try window.u8(at: list.payload.lowerBound) == 0 ? 2 : 4
        guard list.fullPayload.count >= count else { return nil }
        var boxes = ISOBoxes(in: (list.fullPayload.lowerBound + count)..<list.payload.upperBound)
        while let box = try boxes.next(in: &window) {
            guard box.type == "infe", box.payload.count >= 12 else { continue }
            // Only versions 2 and 3 have a type. The id has 16 or 32 bits, and two bytes of protection follow.
            let version = try window.u8(at: box.payload.lowerBound)
            let (start, idBytes) = (box.fullPayload.lowerBound, version == 2 ? 2 : 4)
            guard version == 2 || version == 3, box.fullPayload.count >= idBytes + 6 else { continue }
            if try window.code(at: start + idBytes + 2) == "Exif" {
                return try window.size(at: start, count: idBytes)
            }
        }
        return nil
    }
}

/// The entries of an `iloc` box (ISO/IEC 14496-12, 8.11.3), in order.
struct HEIFLocations {
    struct Item {
        let id: Int
        /// In bytes of the file. Empty when the data are in another file or made of other items.
        let extents: [Range<Int>]
    }

    private let version: UInt8
    /// Bytes of an offset, a length, a base offset and an index: 0, 4 or 8 each.
    private let widths: [Int]
    private let fileEnd: Int
    private let itemData: Range<Int>?
    private let end: Int
    private var offset: Int
    private var left: Int

    /// `itemData`: the payload of `idat`.
    init<Source>(
        _ box: ISOBox, fileEnd: Int, itemData: Range<Int>?, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) {
        self.fileEnd = fileEnd
        self.itemData = itemData
        end = box.payload.upperBound
        offset = box.fullPayload.lowerBound
        guard box.payload.count >= 8 else { throw .malformed }
        version = try window.u8(at: box.payload.lowerBound)
        let sizes = try window.u16(at: offset)
        widths = [sizes >> 12, sizes >> 8 & 0xF, sizes >> 4 & 0xF, version == 0 ? 0 : sizes & 0xF]
        guard version <= 2, widths.allSatisfy({ $0 == 0 || $0 == 4 || $0 == 8 }) else { throw .malformed }
        offset += 2
        left = 0
        left = try take(version < 2 ? 2 : 4, &window)
    }

    /// Throws `.noMediaData` if the data of an item end beyond the file or beyond `idat`.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> Item? {
        guard left > 0 else { return nil }
        left -= 1
        let id = try take(version < 2 ? 2 : 4, &window)
        let method = version == 0 ? 0 : try take(2, &window) & 0xF
        let file = try take(2, &window)
        let base = try take(widths[2], &window)
        let count = try take(2, &window)
        // Extents that take no bytes of the box would cost nothing to whoever forges a million of them.
        guard count <= 1 || widths[0] + widths[1] + widths[3] > 0 else { throw .malformed }
        // 0: offsets in the file. 1: in `idat`. 2: in other items.
        let origin = method == 0 ? 0..<fileEnd : method == 1 ? itemData : nil
        var extents: [Range<Int>] = []
        for _ in 0..<count {
            try window.takePart()
            _ = try take(widths[3], &window)
            let offset = try take(widths[0], &window)
            let length = try take(widths[1], &window)
            guard file == 0, let origin else { continue }
            extents.append(try Self.range(origin, base, offset, length))
        }
        return Item(id: id, extents: extents)
    }

    /// A length of 0 is the whole of the file or of `idat`.
    private static func range(
        _ origin: Range<Int>, _ base: Int, _ offset: Int, _ length: Int
    ) throws(MediaDefect) -> Range<Int> {
        let (start, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, start <= origin.count, length <= origin.count - start else { throw .noMediaData }
        let lower = origin.lowerBound + start
        return lower..<(length == 0 ? origin.upperBound : lower + length)
    }

    /// The next number of the box.
    private mutating func take<Source>(
        _ count: Int, _ window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> Int {
        guard count <= end - offset else { throw .malformed }
        offset += count
        return try window.size(at: offset - count, count: count)
    }
}
