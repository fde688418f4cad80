extension StripPlan {
    /// The first image alone (ITU-T T.81, annex B), with all that decoding needs. Of the application data stay: the
    /// pixel density (JFIF), colour profiles (APP2), and the kind of colours (Adobe, APP14), each without the thumbnail
    /// or the rest that may follow in the same segment.
    static func jpeg<Source>(
        _ orientation: ImageOrientation?, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> StripPlan? {
        var plan = StripPlan()
        try plan.keep(0..<2)
        var exif = OrientationExif.structure(orientation).map { Array("Exif\0\0".utf8) + $0 }
        var segments = JPEGSegments()
        while let segment = try segments.next(in: &window) {
            let application = try applicationData(of: segment, in: &window)
            // Exif data come after JFIF, which wants to be first, and before all else.
            if let data = exif, application == nil || segment.marker != JPEGMarker.app0 {
                try plan.insert(Self.segment(JPEGMarker.app1, data))
                exif = nil
            }
            if let application {
                try plan.insert(application)
            } else if JPEGMarker.isDrawn(segment.marker) || isProfile(segment, in: &window) {
                try plan.keep(segment.range)
            }
        }
        if let end = segments.end { try plan.keep((end - 2)..<end) }
        return plan
    }

    /// A segment that is written again with its known beginning alone: JFIF (ITU-T T.871, 10.1) or Adobe (ISO/IEC
    /// 10918-6, 6.5.3).
    private static func applicationData<Source>(
        of segment: JPEGSegment, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [UInt8]? {
        let start = segment.payload.lowerBound
        switch segment.marker {
        case JPEGMarker.app0
        where segment.payload.count >= 14 && window.hasPrefix(Array("JFIF\0".utf8), at: start):
            // The last two bytes are the sides of a thumbnail.
            return Self.segment(segment.marker, try window.bytes(at: start, count: 12) + [0, 0])
        case JPEGMarker.app14
        where segment.payload.count >= 12 && window.hasPrefix(Array("Adobe".utf8), at: start):
            return Self.segment(segment.marker, try window.bytes(at: start, count: 12))
        default: return nil
        }
    }

    /// A part of a colour profile (ICC.1:2022, B.4).
    private static func isProfile<Source>(_ segment: JPEGSegment, in window: inout ByteWindow<Source>) -> Bool {
        segment.marker == JPEGMarker.app2
            && window.hasPrefix(Array("ICC_PROFILE\0".utf8), at: segment.payload.lowerBound)
    }

    private static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length = payload.count + 2
        return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + payload
    }
}
