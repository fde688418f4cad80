import MediaSamples

/// JPEG files that cost a decoder far more than their bytes: all their blocks are empty.
struct ForgedJPEG {
    var width: Int
    var height: Int
    var components = 3
    /// The marker of the frame: 0xC0 baseline, 0xC2 progressive.
    var frame: UInt8 = 0xC2
    var precision: UInt8 = 8
    /// Scans of a progressive picture after the first. Each passes over all blocks of one component.
    var moreScans = 0
    /// Whether each component has a scan of its own.
    var isSplit = false
    /// Bytes of the first scan; nil for as many as it needs.
    var content: Int?

    /// Blocks of one component.
    private var blocks: Int { (width + 7) / 8 * ((height + 7) / 8) }

    private var isProgressive: Bool { frame == 0xC2 }

    var bytes: [UInt8] {
        var file = SampleJPEG.startOfImage + SampleJPEG.segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        var header = [precision] + Bytes.big(height, 2) + Bytes.big(width, 2)
        header.append(UInt8(components))
        for component in 1...components { header += [UInt8(component), 0x11, 0] }
        file += SampleJPEG.segment(frame, header)
        // The code 0 says: this block has the same mean as the last one.
        file += table(0x00, 0)
        // Or: no more coefficients in this block. In progressive pictures: nothing in the next 2¹⁴ blocks, and 14 bits.
        file += table(0x10, isProgressive ? 0xE0 : 0)
        let all = Array(1...components)
        for list in isSplit ? all.map({ [$0] }) : [all] { file += firstScan(of: list) }
        for scan in 0..<moreScans {
            file += SampleJPEG.segment(0xDA, [1, UInt8(scan % components + 1), 0, 1, 63, 0])
            // Each run takes 15 bits.
            file += [UInt8](repeating: 0, count: (blocks / 16_384 + 1) * 2)
        }
        return file + SampleJPEG.endOfImage
    }

    private func firstScan(of list: [Int]) -> [UInt8] {
        var header = [UInt8(list.count)]
        for component in list { header += [UInt8(component), 0] }
        header += isProgressive ? [0, 0, 0] : [0, 63, 0]
        let bits = blocks * list.count * (isProgressive ? 1 : 2)
        return SampleJPEG.segment(0xDA, header) + [UInt8](repeating: 0, count: content ?? (bits + 7) / 8)
    }

    /// A table of one code, which is a single bit.
    private func table(_ place: UInt8, _ symbol: UInt8) -> [UInt8] {
        var body = [place, 1]
        body += [UInt8](repeating: 0, count: 15)
        body.append(symbol)
        return SampleJPEG.segment(0xC4, body)
    }
}
