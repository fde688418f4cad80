// Threads that contend for a `Mutex`, to check the thread sanitizer itself. What they do under the lock is not a race.
// With an argument, they also write without the lock, which is a race.

import Glibc
import Synchronization

// Unchecked, because the variable without the lock is the race that must be found.
final class Meeting: @unchecked Sendable {
    private let mutex = Mutex(0)
    private var locked = 0
    private var bare = 0

    func go(racing: Bool) {
        for _ in 0..<200_000 {
            mutex.withLock {
                $0 += 1
                locked += 1
            }
            if racing { bare += 1 }
        }
    }
}

func meet() {
    let meeting = Meeting()
    var threads = [pthread_t](repeating: pthread_t(), count: 4)
    for index in threads.indices {
        pthread_create(
            &threads[index], nil,
            { context in
                let meeting = Unmanaged<Meeting>.fromOpaque(context!).takeUnretainedValue()
                meeting.go(racing: CommandLine.arguments.count > 1)
                return nil
            }, Unmanaged.passUnretained(meeting).toOpaque())
    }
    for thread in threads { pthread_join(thread, nil) }
}

meet()
