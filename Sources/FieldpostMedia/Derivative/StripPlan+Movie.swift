extension StripPlan {
    /// A clip or a sound in boxes. Nothing moves: what goes is overwritten with zeros, so that all positions in the
    /// file stay right. Boxes of metadata become free space (ISO/IEC 14496-12, 8.1.2), and times become 0. Tracks of
    /// other kinds than pictures and sound go together with their samples: phones store places and faces in them. What
    /// a camera writes inside of its coded pictures stays, and so do media data that no track names.
    ///
    /// Nil if such a track has samples that cannot be found: in a file of fragments.
    static func movie<Source>(
        contentBytes: Int, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> StripPlan? {
        let content = 0..<contentBytes
        guard let samples = try otherSamples(in: content, of: &window) else { return nil }
        var holes = samples[...]
        var plan = StripPlan()
        var boxes = ISOBoxes(in: content)
        while let box = try boxes.next(in: &window) {
            if box.type == "mdat" {
                try plan.keep(box.range.lowerBound..<box.payload.lowerBound)
                try plan.keep(box.payload, without: &holes)
            } else {
                try plan.add(box, as: MoviePart.file[box.type], in: &window)
            }
        }
        // A sample outside of the media data cannot have been overwritten.
        return holes.isEmpty && plan.byteCount == contentBytes ? plan : nil
    }

    private mutating func add<Source>(
        _ box: ISOBox, as part: MoviePart?, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) {
        switch part {
        case .kept: try keep(box.range)
        case .times:
            let version = box.payload.isEmpty ? 0 : try window.u8(at: box.payload.lowerBound)
            let times = box.fullPayload.prefix(version == 1 ? 16 : 8)
            try keep(box.range.lowerBound..<times.lowerBound)
            try clear(times.count)
            try keep(times.upperBound..<box.range.upperBound)
        case .handler:
            // Before the name: 4 bytes, the kind, and 12 bytes that QuickTime uses for the maker of the component.
            let kind = box.fullPayload.prefix(8)
            try keep(box.range.lowerBound..<kind.upperBound)
            try clear(box.range.upperBound - kind.upperBound)
        case .container(let parts):
            if box.type == "trak", try !Self.isPictureOrSound(box, in: &window) {
                try free(box)
                return
            }
            try keep(box.range.lowerBound..<box.payload.lowerBound)
            var boxes = ISOBoxes(in: box.payload)
            var end = box.payload.lowerBound
            while let inner = try boxes.next(in: &window) {
                try add(inner, as: parts[inner.type], in: &window)
                end = inner.range.upperBound
            }
            try clear(box.range.upperBound - end)
        case nil: try free(box)
        }
    }

    /// The same size, the type `free`, and zeros.
    private mutating func free(_ box: ISOBox) throws(MediaDefect) {
        let start = box.range.lowerBound
        try keep(start..<(start + 4))
        try insert(FourCC("free").bytes)
        try keep((start + 8)..<box.payload.lowerBound)
        try clear(box.payload.count)
    }

    /// Keeps a range but for the first of these holes, which it takes out of the list.
    private mutating func keep(_ range: Range<Int>, without holes: inout ArraySlice<Range<Int>>) throws(MediaDefect) {
        var start = range.lowerBound
        while let hole = holes.first, hole.lowerBound >= start, hole.upperBound <= range.upperBound {
            try keep(start..<hole.lowerBound)
            try clear(hole.count)
            start = hole.upperBound
            holes = holes.dropFirst()
        }
        try keep(start..<range.upperBound)
    }

    // MARK: Tracks of other kinds

    private static func isPictureOrSound<Source>(
        _ track: ISOBox, in window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> Bool {
        let handler = try MovieTracks.handler(of: track, in: &window)
        return handler == "vide" || handler == "soun"
    }

    /// Where the samples of other tracks lie, in ascending order and joined. Nil if they cannot be found.
    private static func otherSamples<Source>(
        in content: Range<Int>, of window: inout ByteWindow<Source>
    ) throws(MediaDefect) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var hasFragments = false
        var hasOthers = false
        var boxes = ISOBoxes(in: content)
        while let box = try boxes.next(in: &window) {
            if box.type == "moof" { hasFragments = true }
            guard box.type == "moov" else { continue }
            var tracks = ISOBoxes(in: box.payload)
            while let track = try tracks.next(in: &window) {
                guard track.type == "trak", try !isPictureOrSound(track, in: &window) else { continue }
                hasOthers = true
                guard let chunks = try MovieSamples.chunks(of: track, in: &window) else { return nil }
                ranges += chunks
            }
        }
        guard !hasOthers || !hasFragments else { return nil }
        return joined(ranges)
    }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
