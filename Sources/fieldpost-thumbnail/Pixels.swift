/// Rows of pixels without gaps, each pixel of 1 byte (grey), 3 (red, green, blue) or 4 (CMYK).
struct Pixels {
    let width: Int
    let height: Int
    let channels: Int
    var bytes: [UInt8]

    /// CMYK as red, green and blue; others as they are. `isInverted`: 255 means no ink.
    func withoutInk(isInverted: Bool) -> Pixels {
        guard channels == 4 else { return self }
        var result = [UInt8](repeating: 0, count: width * height * 3)
        for pixel in 0..<(width * height) {
            let ink = (0..<4).map { Int(isInverted ? bytes[pixel * 4 + $0] : 255 - bytes[pixel * 4 + $0]) }
            for channel in 0..<3 { result[pixel * 3 + channel] = UInt8((ink[channel] * ink[3] + 127) / 255) }
        }
        return Pixels(width: width, height: height, channels: 3, bytes: result)
    }

    /// Turned and mirrored so that they are upright. `orientation`: of Exif (CP-3451, 4.6.4), 1...8.
    func upright(_ orientation: Int) -> Pixels {
        guard orientation > 1 else { return self }
        let isTurned = orientation >= 5
        let (rowLength, rows) = isTurned ? (height, width) : (width, height)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for y in 0..<rows {
            for x in 0..<rowLength {
                let (column, row) =
                    switch orientation {
                    case 2: (width - 1 - x, y)
                    case 3: (width - 1 - x, height - 1 - y)
                    case 4: (x, height - 1 - y)
                    case 5: (y, x)
                    case 6: (y, height - 1 - x)
                    case 7: (width - 1 - y, height - 1 - x)
                    default: (width - 1 - y, x)
                    }
                let start = (row * width + column) * channels
                for channel in 0..<channels { result.append(bytes[start + channel]) }
            }
        }
        return Pixels(width: rowLength, height: rows, channels: channels, bytes: result)
    }

    /// Made smaller, or as they are if they have this size.
    func resampled(width newWidth: Int, height newHeight: Int) -> Pixels {
        guard (newWidth, newHeight) != (width, height) else { return self }
        let row = newWidth * channels
        var narrow = [UInt8](repeating: 0, count: row * height)
        let across = Resampling(from: width, to: newWidth)
        for channel in 0..<channels {
            across.apply(
                lines: height, of: bytes, .init(first: channel, line: width * channels, sample: channels),
                to: &narrow, .init(first: channel, line: row, sample: channels))
        }
        var small = [UInt8](repeating: 0, count: row * newHeight)
        Resampling(from: height, to: newHeight).apply(
            lines: row, of: narrow, .init(line: 1, sample: row), to: &small, .init(line: 1, sample: row))
        return Pixels(width: newWidth, height: newHeight, channels: channels, bytes: small)
    }
}
