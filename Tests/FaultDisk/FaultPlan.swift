/// One armed fault: the call that it waits for, and its effect.
struct FaultPlan {
    let calls: Set<DiskCall>
    /// Nil means any file.
    let file: String?
    /// Counts down. At 0 the fault strikes.
    var remaining: Int
    let fault: DiskFault
    let isLasting: Bool

    /// The fault for a call of this kind on this file; nil when none strikes.
    mutating func strike(_ call: DiskCall, _ name: String) -> DiskFault? {
        guard remaining > 0 || isLasting, calls.contains(call), file == nil || file == name else { return nil }
        if remaining > 0 { remaining -= 1 }
        return remaining == 0 ? fault : nil
    }
}
