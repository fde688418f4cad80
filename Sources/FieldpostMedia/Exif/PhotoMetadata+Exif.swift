extension PhotoMetadata {
    /// Reads a TIFF structure with Exif data. Three directories at most are read, each once: the first one, and the two
    /// that it names. So no circle of directories can hold the reader up.
    init(exif bytes: [UInt8]) {
        self.init()
        guard let structure = TIFFStructure(bytes) else { return }
        let first = structure.directory(at: structure.firstDirectory)
        orientation = first.integer(ExifTag.orientation).flatMap(ImageOrientation.init)
        if let offset = first.integer(ExifTag.exifDirectory), offset != structure.firstDirectory {
            captured = CaptureTime(structure.directory(at: offset))
        }
        if let offset = first.integer(ExifTag.gpsDirectory), offset != structure.firstDirectory {
            let gps = structure.directory(at: offset)
            position = PhotoPosition(gps)
            positionTime = CalendarTime(gps: gps)
            heading = PhotoHeading(gps)
        }
    }
}

extension CaptureTime {
    /// From the Exif directory (CP-3451, 4.6.5). A time that the device did not know is spaces or zeros, and is nil.
    init?(_ exif: TIFFDirectory) {
        guard
            let local = exif.text(ExifTag.dateTimeOriginal).flatMap({
                CalendarTime(exif: $0, subSeconds: exif.text(ExifTag.subSecTimeOriginal))
            })
        else { return nil }
        self.init(local: local, offsetMinutes: exif.text(ExifTag.offsetTimeOriginal).flatMap(Self.offset))
    }

    /// "+08:00". Zones lie between −12:00 and +14:00.
    private static func offset(_ text: String) -> Int? {
        if text == "Z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-",
            let parts = CalendarTime.numbers(of: String(text.dropFirst()), shape: "00:00"), parts[1] < 60
        else { return nil }
        let offset = (parts[0] * 60 + parts[1]) * (sign == "-" ? -1 : 1)
        return (-12 * 60...14 * 60).contains(offset) ? offset : nil
    }
}

extension PhotoPosition {
    /// From the GPS directory (CP-3451, 4.6.6). Phones that may not tell the place leave the tags in, and write 0/0, an
    /// empty reference, or 0 degrees for both.
    init?(_ gps: TIFFDirectory) {
        guard
            let latitude = Self.degreesE7(
                gps.fractions(ExifTag.latitude, count: 3), gps.text(ExifTag.latitudeRef), ["N", "S"], most: 90),
            let longitude = Self.degreesE7(
                gps.fractions(ExifTag.longitude, count: 3), gps.text(ExifTag.longitudeRef), ["E", "W"], most: 180),
            latitude != 0 || longitude != 0
        else { return nil }
        latitudeE7 = latitude
        longitudeE7 = longitude
        // 1: below sea level.
        let isBelow = gps.integer(ExifTag.altitudeRef) == 1
        altitudeMetres = gps.fractions(ExifTag.altitude, count: 1).map { isBelow ? -$0[0] : $0[0] }
        horizontalErrorMetres = Self.positive(gps.fractions(ExifTag.horizontalPositioningError, count: 1))
        dilutionOfPrecision = Self.positive(gps.fractions(ExifTag.dilutionOfPrecision, count: 1))
    }

    /// From degrees, minutes and seconds, each of which may have decimals.
    private static func degreesE7(
        _ parts: [Double]?, _ reference: String?, _ directions: [String], most: Double
    ) -> Int32? {
        guard let parts, let reference, let direction = directions.firstIndex(of: reference.uppercased()) else {
            return nil
        }
        let degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
        guard degrees <= most else { return nil }
        return Int32((degrees * 1e7).rounded()) * (direction == 1 ? -1 : 1)
    }

    /// An error of 0 metres cannot be: it stands for an unknown one.
    private static func positive(_ values: [Double]?) -> Double? { values.flatMap { $0[0] > 0 ? $0[0] : nil } }
}

extension CalendarTime {
    /// GPSDateStamp, "2026:11:29", and GPSTimeStamp, three fractions (CP-3451, 4.6.6), in UTC.
    init?(gps: TIFFDirectory) {
        guard let time = gps.fractions(ExifTag.timeStamp, count: 3), time.allSatisfy({ $0 < 61 }),
            let date = gps.text(ExifTag.dateStamp).flatMap({ Self.numbers(of: $0, shape: "0000:00:00") })
        else { return nil }
        let milliseconds = Int((time[2] * 1000).rounded(.down))
        self.init(
            year: date[0], month: date[1], day: date[2], hour: Int(time[0]), minute: Int(time[1]),
            second: milliseconds / 1000,
            millisecond: milliseconds % 1000)
    }
}

extension PhotoHeading {
    /// GPSImgDirection and its reference (CP-3451, 4.6.6). 0 degrees without a reference is what phones write that may
    /// not tell.
    init?(_ gps: TIFFDirectory) {
        guard let degrees = gps.fractions(ExifTag.imageDirection, count: 1)?[0], degrees <= 360 else { return nil }
        switch gps.text(ExifTag.imageDirectionRef)?.uppercased() {
        case "T": reference = .trueNorth
        case "M": reference = .magneticNorth
        default: reference = nil
        }
        guard degrees > 0 || reference != nil else { return nil }
        self.degrees = degrees == 360 ? 0 : degrees
    }
}
