import NIOCore
import Synchronization

/// Brings work back to one event loop. All work that waits is done in one turn of the loop, so a commit wakes each loop
/// about once, not once for each of its reports.
final class LoopQueue: Sendable {
    private let loop: any EventLoop
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    init(_ loop: any EventLoop) { self.loop = loop }

    /// May be called on any thread.
    func add(_ work: @escaping @Sendable () -> Void) {
        let isFirst = waiting.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        if isFirst { loop.execute { [self] in drain() } }
    }

    private func drain() {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for work in all { work() }
    }
}
