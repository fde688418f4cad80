import FieldpostMedia
import Foundation
import TestKit

/// Other programs that read metadata, and what they say as lines "Tag value" in the order of their names. Numbers have
/// six decimals; positions have five, because the programs compute with different precision.
enum Oracle {
    static let whyNot: String? =
        Tool.whyNot(["exiftool", "python3"])
        ?? ((try? Tool.run("python3", ["-c", "import exifread"])) == nil
            ? "needs python3-exifread: run Deploy/install-deps.sh --tests" : nil)

    static func lines(of metadata: PhotoMetadata) -> [String] {
        var values: [String: String] = [:]
        values["Orientation"] = metadata.orientation.map { "\($0.rawValue)" }
        if let time = metadata.captured {
            values["DateTimeOriginal"] = text(of: time.local)
            values["OffsetTimeOriginal"] = time.offsetMinutes.map { offset in
                (offset < 0 ? "-" : "+") + String(format: "%02d:%02d", abs(offset) / 60, abs(offset) % 60)
            }
        }
        if let position = metadata.position {
            values["GPSLatitude"] = degrees(Double(position.latitudeE7) / 1e7)
            values["GPSLongitude"] = degrees(Double(position.longitudeE7) / 1e7)
            values["GPSAltitude"] = position.altitudeMetres.map(number)
            values["GPSHPositioningError"] = position.horizontalErrorMetres.map(number)
            values["GPSDOP"] = position.dilutionOfPrecision.map(number)
        }
        values["GPSTime"] = metadata.positionTime.map { text(of: $0) + String(format: ".%03d", $0.millisecond) }
        values["GPSImgDirection"] = metadata.heading.map { number($0.degrees) }
        values["GPSImgDirectionRef"] = metadata.heading?.reference.map { $0 == .trueNorth ? "T" : "M" }
        return values.map { "\($0.key) \($0.value)" }.sorted()
    }

    static func exiftool(_ path: String) throws -> [String] {
        let output = try Tool.run(
            "exiftool",
            [
                "-n", "-j", "-EXIF:all", "-Composite:GPSLatitude", "-Composite:GPSLongitude", "-Composite:GPSAltitude",
                "-G0", path,
            ])
        let list = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]]
        let values = list?.first ?? [:]
        func value(_ tag: String) -> String? { values[tag].map { "\($0)" } }
        func double(_ tag: String) -> Double? { value(tag).flatMap(Double.init) }
        var found: [String: String] = [:]
        for tag in ["Orientation", "DateTimeOriginal", "OffsetTimeOriginal", "GPSImgDirectionRef"] {
            found[tag] = value("EXIF:" + tag)
        }
        found["GPSLatitude"] = double("Composite:GPSLatitude").map(degrees)
        found["GPSLongitude"] = double("Composite:GPSLongitude").map(degrees)
        found["GPSAltitude"] = double("Composite:GPSAltitude").map(number)
        for tag in ["GPSHPositioningError", "GPSDOP", "GPSImgDirection"] {
            found[tag] = double("EXIF:" + tag).map(number)
        }
        found["GPSTime"] = gpsTime(value("EXIF:GPSDateStamp"), value("EXIF:GPSTimeStamp"))
        return found.map { "\($0.key) \($0.value)" }.sorted()
    }

    /// exifread gives fractions, which this script turns into numbers.
    static func exifread(_ path: String) throws -> [String] {
        let script = """
            import exifread, sys
            tags = exifread.process_file(open(sys.argv[1], 'rb'), details=False)
            numbers = lambda name: [float(v) for v in tags[name].values]
            out = {}
            if 'Image Orientation' in tags: out['Orientation'] = str(tags['Image Orientation'].values[0])
            for name in ['DateTimeOriginal', 'OffsetTimeOriginal']:
                if 'EXIF ' + name in tags: out[name] = str(tags['EXIF ' + name])
            for name, negative in [('Latitude', 'S'), ('Longitude', 'W')]:
                if 'GPS GPS' + name in tags:
                    d, m, s = numbers('GPS GPS' + name)
                    sign = -1 if str(tags['GPS GPS' + name + 'Ref']) == negative else 1
                    out['GPS' + name] = '%.5f' % (sign * (d + m / 60 + s / 3600))
            if 'GPS GPSAltitude' in tags:
                sign = -1 if tags['GPS GPSAltitudeRef'].values[0] == 1 else 1
                out['GPSAltitude'] = '%.6f' % (sign * numbers('GPS GPSAltitude')[0])
            names = {'GPSDOP': 'GPSDOP', 'GPSImgDirection': 'GPSImgDirection', 'Tag 0x001F': 'GPSHPositioningError'}
            for tag in names:
                if 'GPS ' + tag in tags: out[names[tag]] = '%.6f' % numbers('GPS ' + tag)[0]
            if 'GPS GPSImgDirectionRef' in tags: out['GPSImgDirectionRef'] = str(tags['GPS GPSImgDirectionRef'])
            if 'GPS GPSDate' in tags:
                h, m, s = numbers('GPS GPSTimeStamp')
                out['GPSTime'] = '%s %02d:%02d:%06.3f' % (tags['GPS GPSDate'], h, m, s)
            sys.stdout.writelines(name + ' ' + out[name] + chr(10) for name in sorted(out))
            """
        return try Tool.run("python3", ["-c", script, path]).split(separator: "\n").map(String.init)
    }

    private static func gpsTime(_ date: String?, _ time: String?) -> String? {
        guard let date, let time else { return nil }
        let parts = time.split(separator: ":").compactMap { Double($0) }
        return parts.count == 3
            ? date + String(format: " %02d:%02d:%06.3f", Int(parts[0]), Int(parts[1]), parts[2]) : nil
    }

    private static func text(of time: CalendarTime) -> String {
        String(
            format: "%04d:%02d:%02d %02d:%02d:%02d", time.year, time.month, time.day, time.hour, time.minute,
            time.second)
    }

    private static func number(_ value: Double) -> String { String(format: "%.6f", value) }

    private static func degrees(_ value: Double) -> String { String(format: "%.5f", value) }
}
