import Testing

extension Trait where Self == ConditionTrait {
    /// Skips a rig, and says why, where it cannot run. `mounting`: whether it mounts file systems.
    static func needs(_ tools: [String], mounting: Bool = false) -> Self {
        let reason = Tool.whyNot(tools, mounting: mounting)
        return .disabled(if: reason != nil, Comment(rawValue: reason ?? ""))
    }
}
