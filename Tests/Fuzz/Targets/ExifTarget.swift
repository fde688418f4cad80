import FieldpostMedia
import MediaSamples

/// Exif data are read in every format, and what is read is in its range. The input is a whole file, and Exif data too.
enum ExifTarget {
    static func run(_ bytes: [UInt8]) {
        for format in MediaFormat.allCases { check(PhotoMetadata.read(CheckedBytes(bytes), format: format)) }
        let metadata = PhotoMetadata.read(CheckedBytes(SampleJPEG.bytes(exif: bytes)), format: .jpeg)
        check(metadata)
        let inPNG = PhotoMetadata.read(CheckedBytes(SamplePNG.bytes(exif: bytes)), format: .png)
        precondition(inPNG == metadata, "the same Exif data are read differently in PNG")
    }

    private static func check(_ metadata: PhotoMetadata) {
        if let position = metadata.position {
            precondition(abs(Int(position.latitudeE7)) <= 900_000_000, "a latitude beyond a pole")
            precondition(abs(Int(position.longitudeE7)) <= 1_800_000_000, "a longitude of over 180 degrees")
            precondition(position.latitudeE7 != 0 || position.longitudeE7 != 0, "a position that was taken out")
            let numbers = [position.altitudeMetres, position.horizontalErrorMetres, position.dilutionOfPrecision]
            precondition(numbers.allSatisfy { $0?.isFinite ?? true }, "a number that is none")
        }
        if let heading = metadata.heading {
            precondition((0..<360).contains(heading.degrees), "a heading of over 360°")
        }
        if let captured = metadata.captured, let offset = captured.offsetMinutes {
            precondition(abs(offset) <= 14 * 60, "a zone that nobody uses")
            precondition(captured.unixMilliseconds != nil, "a time with a zone is no instant")
        }
    }
}
