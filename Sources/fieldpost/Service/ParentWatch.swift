import Glibc

/// Notices when the process that started this one has ended, in whatever way.
struct ParentWatch: Sendable {
    private static let interval = Duration.milliseconds(200)

    /// The parent when this process was started.
    let parent: pid_t

    /// True once the parent has ended; false when the task is cancelled first. A process whose parent ends gets another
    /// parent, so a new process with the old number cannot be mistaken for it.
    func waitForEnd() async -> Bool {
        while getppid() == parent {
            do { try await Task.sleep(for: Self.interval) } catch { return false }
        }
        return true
    }
}
