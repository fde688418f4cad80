/// Limits of jobs at central, such as resyncs.
extension Limits {
    /// Jobs that are kept. Of those that ended, the oldest go first.
    package static let jobs = 200
    /// Jobs that run at once.
    package static let runningJobs = 2
    /// Differences that a job keeps by name.
    package static let jobDifferences = 1000
    /// Bytes of the file of jobs.
    package static let jobFileBytes = 64 * 1024 * 1024
    /// How often a job compares again before a report counts as different, and the milliseconds between: what is on its
    /// way settles meanwhile.
    package static let jobComparisons = 4
    package static let jobSettleMilliseconds = 2000
    /// How often a repair moves the same in vain before it says what stays.
    package static let jobRepairs = 3
    /// Differences that are moved at once, so that a job can be paused, and its rate kept.
    package static let jobRepairStep = 256
    /// About how many seconds such a step may take, on a slow link or with a low rate.
    package static let jobStepSeconds = 10
    /// Seconds between two writes of the file while a job runs. What a job did is compared again, whatever was written.
    package static let jobSaveSeconds = 5
    /// Seconds without any progress after which a job gives up: a gateway may never answer.
    package static let jobSilenceSeconds = 600
    /// The slowest rate of a job in bytes a second.
    package static let jobLeastRate = 1024
}
