import Glibc

/// Notices that the process that started this one is gone, however it ended.
struct ParentWatch: Sendable {
    private static let interval = Duration.milliseconds(200)

    /// As it was when this process was started.
    let parent: pid_t

    /// True once the parent is gone; false when the task is cancelled first. A child whose parent ends is given
    /// another one, so that no process that takes over the number can be mistaken for it.
    func waitForEnd() async -> Bool {
        while getppid() == parent {
            do { try await Task.sleep(for: Self.interval) } catch { return false }
        }
        return true
    }
}
