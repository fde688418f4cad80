import FieldpostFleet
import Foundation
import TestKit

/// The wall clock that a process reads, to be set by a test. All other clocks, and all timers, stay as they are: as
/// when somebody sets a machine's clock. (libfaketime moves the timers of timerfd_settime(2) too, after which no sleep
/// of a Swift program ends.)
struct WallClock {
    static let decade: Int64 = 3650 * 86_400

    /// The morning of 1970-01-01, and on from there: no Linux machine's clock can be set to an earlier year.
    static var epoch: Setting { .ahead(seconds: 28_801 - Int64(Date.now.timeIntervalSince1970)) }

    /// Why there can be none here; nil when there can.
    static var hindrance: String? {
        if TestRun.sanitizer == "thread" {
            return "takes the clock's place before the thread sanitizer is ready for it"
        }
        return FileManager.default.isExecutableFile(atPath: "/usr/bin/gcc")
            ? nil : "needs gcc: run Deploy/install-deps.sh"
    }

    enum Setting {
        case ahead(seconds: Int64)
        /// Seconds since 1970.
        case still(at: Int64)
    }

    private let dial: String
    private let library: String

    /// Builds what has to be loaded into the process.
    init(directory: String) throws {
        dial = directory + "/clock"
        library = directory + "/clock.so"
        try Data(count: 16).write(to: URL(fileURLWithPath: dial))
        try Data(Self.source.utf8).write(to: URL(fileURLWithPath: directory + "/clock.c"))
        let compiler = try Process.run(
            URL(fileURLWithPath: "/usr/bin/gcc"),
            arguments: ["-shared", "-fPIC", "-O1", "-o", library, directory + "/clock.c", "-ldl"])
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else {
            throw Tool.Failure(description: "gcc could not build the clock.")
        }
    }

    func launch(_ environment: [String: String]) -> Launch {
        Launch(environment: environment.merging(["LD_PRELOAD": library, "RIG_CLOCK": dial]) { $1 })
    }

    /// From now on; in processes that run already, too.
    func set(_ setting: Setting) throws {
        let words: [Int64] =
            switch setting {
            case .ahead(let seconds): [seconds, 0]
            case .still(let moment): [0, moment]
            }
        // In place: processes have the file mapped.
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: dial))
        try file.write(contentsOf: words.withUnsafeBytes { Data($0) })
        try file.close()
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/time.h>
        #include <time.h>

        /* [0]: seconds added; [1]: where the clock stands still, unless 0. */
        static volatile const long long *dial;
        static int (*next)(clockid_t, struct timespec *);

        static void look_up(void) {
            next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
            dial = mmap(0, 16, PROT_READ, MAP_SHARED, open(getenv("RIG_CLOCK"), O_RDONLY | O_CLOEXEC), 0);
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            if (!dial) look_up();
            int result = next(clock, time);
            if (result || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
            if (dial[1]) { time->tv_sec = dial[1]; time->tv_nsec = 0; } else time->tv_sec += dial[0];
            return 0;
        }

        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            int result = clock_gettime(CLOCK_REALTIME, &now);
            if (time) { time->tv_sec = now.tv_sec; time->tv_usec = now.tv_nsec / 1000; }
            return result;
        }

        time_t time(time_t *out) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (out) *out = now.tv_sec;
            return now.tv_sec;
        }

        """
}
