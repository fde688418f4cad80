/// Exif data with the orientation alone.
enum OrientationExif {
    /// A TIFF structure of one directory with one entry (JEITA CP-3451, 4.6.4). Nil when the pixels are upright or the
    /// orientation is unknown: no data say the same.
    static func structure(_ orientation: ImageOrientation?) -> [UInt8]? {
        guard let orientation, orientation != .topLeft else { return nil }
        return [
            // Big-endian TIFF, whose first directory is at 8.
            0x4D, 0x4D, 0, 42, 0, 0, 0, 8,
            // One entry: tag 0x0112, type SHORT, one value.
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation.rawValue), 0, 0,
            // No further directory.
            0, 0, 0, 0,
        ]
    }
}
