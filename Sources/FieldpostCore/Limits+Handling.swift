/// Limits of the handling of cases.
extension Limits {
    /// How far a clock may be wrong that the system keeps synchronized (timesyncd polls every 34 minutes at most, and a
    /// crystal drifts by 100 ppm), in milliseconds.
    package static let synchronizedMilliseconds: UInt64 = 500

    // MARK: Deadlines

    /// The longest limit of a step in hours and in days: a year, and ten years.
    package static let handlingHours = 8_784
    package static let handlingDays = 3_660
    /// Bytes of a calendar's text: it travels as one text value. The built-in one has 6 KiB for nine years.
    package static let calendarBytes = textBytes
    /// Days in it that differ from the week: 25 a year, so 40 years.
    package static let calendarDays = 1024
    /// Older calendars that a node keeps in memory, because open cases were filed by them. Each takes up to 100 KiB.
    package static let olderCalendars = 16
    /// Office hours of one day: intervals.
    package static let officeIntervals = 8

    /// Bytes of the table of stages that have a time. The built-in one has 1 KiB.
    package static let timerTableBytes = textBytes
    /// Rounds of one stage that are told apart: the last ones.
    package static let stageRounds = 16

    /// Steps of one case that are told apart: the last ones in causal order. A case seldom has 20.
    package static let foldedSteps = 256

    // MARK: Tasks

    /// Entries that handle one report and are folded for lists. Folding so many takes some milliseconds on the writer's
    /// thread. A case seldom has 20.
    package static let summarizedSteps = 256
    /// Departments of a case that lists find it by, and persons.
    package static let summarizedNames = 16

    /// Reports whose case is made anew in one commit after an upgrade.
    package static let rebuiltCases = 64
    /// Events about deadlines that one commit raises, and events on one page.
    package static let raisedEvents = 256
    package static let pageEvents = 500
    /// Seconds between two looks for deadlines that have come. Limits are hours.
    package static let eventSeconds = 5
    /// Requests for tasks that wait for a change: all together, and of one caller. Each holds a connection, and asks
    /// the journal for its mark at most every second.
    package static let waitingTasks = 256
    package static let waitingTasksOfCaller = 8
    /// The longest wait of such a request, in seconds.
    package static let taskWaitSeconds = 60
    /// Milliseconds between two looks of a request that waits.
    package static let taskLookMilliseconds = 1_000
    /// Steps in one request. Each is a commit, so they take a second or two on a slow disk.
    package static let bulkSteps = 100

    // MARK: Catalogue

    /// Categories of a catalogue, and of each its conditions and its words. Its text travels as a setting, so it has at
    /// most `settingBytes`. The built-in one has 71 categories and takes 18 KiB.
    package static let categories = 1024
    package static let categoryConditions = 16
    package static let categoryWords = 32
    package static let categoryCodeBytes = 32

    // MARK: Organisation

    /// Departments, groups and grids together.
    package static let organisationUnits = 1024
    package static let answerTemplates = 512

    // MARK: Indicators

    /// Bytes of the table of indicators: it travels as one text value. The built-in one has 3 KiB.
    package static let indicatorTableBytes = textBytes
    package static let indicators = 64
    /// Bytes of one formula. A parenthesis in it may hold another one, and each level takes a few hundred bytes of
    /// stack.
    package static let formulaBytes = 256
    /// Departments, groups and grids that one evaluation counts apart, of each. Cases of further ones are counted
    /// together. With the periods, that is at most 25 MiB.
    package static let indicatorGroups = 2048
    /// Periods that one evaluation counts apart: the days of a month.
    package static let indicatorPeriods = 32
    /// Cases whose facts one read of a walk through all takes at most, if it does not take `readMilliseconds` before.
    /// They take about 2 MB.
    package static let scanCases = 4096
    /// Evaluations of indicators at once, over HTTP and over the admin socket each. One reads all reports, and keeps a
    /// core busy.
    package static let indicatorEvaluations = 1
    /// A page of the cases behind a figure ends after so many milliseconds, full or not.
    package static let indicatorPageMilliseconds = 2_000
}
