import Foundation
import TestKit
import Testing

extension Trait where Self == ConditionTrait {
    /// Skips a rig, and says why, where it cannot run; fails it on CI, where all that it needs can be had.
    /// `mounting`: whether it mounts file systems.
    static func needs(_ tools: [String], mounting: Bool = false) -> Self {
        runs(unless: Tool.whyNot(tools, mounting: mounting))
    }

    /// As `needs`, for any reason; nil when there is none.
    static func runs(unless reason: String?, isCI: Bool = TestRun.isCI) -> Self {
        .enabled(Comment(rawValue: reason ?? "")) {
            guard let reason else { return true }
            if isCI { throw Tool.Failure(description: "this rig must not be skipped on CI: it \(reason)") }
            return false
        }
    }
}

/// A rig that cannot run must not pass for one that found nothing.
struct NeedsTests {
    @Test func `What a rig lacks skips it, and turns it red on CI`() async throws {
        let reason = Tool.whyNot(["no-such-tool"])
        #expect(reason?.contains("no-such-tool") == true)
        #expect(try await ConditionTrait.runs(unless: reason, isCI: false).evaluate() == false)
        await #expect(throws: Tool.Failure.self) {
            try await ConditionTrait.runs(unless: reason, isCI: true).evaluate()
        }
        #expect(try await ConditionTrait.runs(unless: nil, isCI: true).evaluate())
    }
}
