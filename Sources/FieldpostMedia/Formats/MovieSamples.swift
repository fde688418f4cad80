import FieldpostCore

/// Where the samples of a track lie in a file (ISO/IEC 14496-12, 8.7).
enum MovieSamples {
    /// One range for each chunk. Nil if the tables are missing, contradict each other, or have more than
    /// `Limits.strippedPieces` entries.
    static func chunks<Source>(
        of track: ISOBox, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [Range<Int>]? {
        guard let media = try ISOBoxes.first("mdia", in: track.payload, of: &window),
            let information = try ISOBoxes.first("minf", in: media.payload, of: &window),
            let table = try ISOBoxes.first("stbl", in: information.payload, of: &window)
        else { return nil }
        guard let offsets = try chunkOffsets(in: table, of: &window),
            let sizes = try sampleSizes(in: table, of: &window),
            let runs = try samplesPerChunk(in: table, of: &window)
        else { return nil }
        var ranges: [Range<Int>] = []
        var sample = 0
        var run = 0
        for (number, offset) in offsets.enumerated() {
            while run + 1 < runs.count, runs[run + 1].firstChunk <= number + 1 { run += 1 }
            guard run < runs.count, runs[run].firstChunk <= number + 1, runs[run].samples <= sizes.count - sample else {
                return nil
            }
            let length = sizes[sample..<(sample + runs[run].samples)].reduce(0, +)
            guard offset <= window.byteCount, length <= window.byteCount - offset else { return nil }
            ranges.append(offset..<(offset + length))
            sample += runs[run].samples
        }
        return sample == sizes.count ? ranges : nil
    }

    /// `stco` or `co64` (8.7.5).
    private static func chunkOffsets<Source>(
        in table: ISOBox, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [Int]? {
        if let box = try ISOBoxes.first("stco", in: table.payload, of: &window) {
            return try numbers(of: box, at: 4, width: 4, in: &window)
        }
        guard let box = try ISOBoxes.first("co64", in: table.payload, of: &window) else { return nil }
        return try numbers(of: box, at: 4, width: 8, in: &window)
    }

    /// `stsz` (8.7.3.2): one size for all, or a table.
    private static func sampleSizes<Source>(
        in table: ISOBox, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [Int]? {
        guard let box = try ISOBoxes.first("stsz", in: table.payload, of: &window), box.fullPayload.count >= 8 else {
            return nil
        }
        let size = try window.u32(at: box.fullPayload.lowerBound)
        guard size > 0 else { return try numbers(of: box, at: 8, width: 4, in: &window) }
        let count = try window.u32(at: box.fullPayload.lowerBound + 4)
        return count <= Limits.strippedPieces ? [Int](repeating: size, count: count) : nil
    }

    /// `stsc` (8.7.4): from which chunk on there are how many samples in each.
    private static func samplesPerChunk<Source>(
        in table: ISOBox, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [(firstChunk: Int, samples: Int)]? {
        guard let box = try ISOBoxes.first("stsc", in: table.payload, of: &window),
            let numbers = try numbers(of: box, at: 4, width: 4, columns: 3, in: &window)
        else { return nil }
        return stride(from: 0, to: numbers.count, by: 3).map { (numbers[$0], numbers[$0 + 1]) }
    }

    /// The numbers of a table. Their count is in the 4 bytes before `start`.
    private static func numbers<Source>(
        of box: ISOBox, at start: Int, width: Int, columns: Int = 1, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [Int]? {
        let table = box.fullPayload.dropFirst(start)
        guard box.fullPayload.count >= start else { return nil }
        let count = try window.u32(at: table.lowerBound - 4)
        guard count <= Limits.strippedPieces, count * columns * width <= table.count else { return nil }
        var numbers: [Int] = []
        for index in 0..<(count * columns) {
            numbers.append(try window.size(at: table.lowerBound + index * width, count: width))
        }
        return numbers
    }
}
