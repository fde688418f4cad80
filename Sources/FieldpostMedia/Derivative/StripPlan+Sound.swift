extension StripPlan {
    /// The frames, without the tags before and after them.
    static func aac<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> StripPlan? {
        var plan = StripPlan()
        var frames = try ADTSFrames(file: &window)
        while let frame = try frames.next(in: &window) { try plan.keep(frame) }
        return plan
    }
}
