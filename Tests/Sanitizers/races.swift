// Threads that meet at a `Mutex`, to try the thread sanitizer on: what they do under the lock is no race, and what they
// do beside it when an argument is given is one.

import Glibc
import Synchronization

// Unchecked, since what it holds beside the lock is the race that is to be found.
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
