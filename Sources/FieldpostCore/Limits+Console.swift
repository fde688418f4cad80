/// Limits of the console at central and of what it asks for.
extension Limits {
    /// Logins of browsers that are kept at once; of one person. The one that was used longest ago gives way.
    package static let webSessions = 1_024
    package static let webSessionsOfPerson = 32
    /// How long a login lasts without a request, and at most. A wall screen asks every few seconds, so it lasts for the
    /// whole time.
    package static let webSessionIdleMilliseconds: Int64 = 12 * 3_600_000
    package static let webSessionMilliseconds: Int64 = 30 * 24 * 3_600_000
    /// How exactly the last request is written down.
    package static let webSessionNoteMilliseconds: Int64 = 5 * 60_000
    /// Bytes of what a browser says of itself, which is shown in the list of logins.
    package static let webAgentBytes = 200
    /// How long counts of open cases are shown without counting again while nothing changes, and for how many questions
    /// they are kept.
    package static let boardMilliseconds: Int64 = 5_000
    package static let keptBoards = 256
    /// While things change, such counts are made again after so many times of what they took, but not sooner and not
    /// later than this.
    package static let boardPauses = 10
    package static let boardPauseMilliseconds: Int64 = 100
    package static let boardLongestPauseMilliseconds: Int64 = 250
    /// Requests for such counts at once; of one caller.
    package static let waitingBoards = 256
    package static let waitingBoardsOfCaller = 8
    /// Cases or reports that one read of a count looks at: less than 10 ms.
    package static let countedCases = 50_000
    /// Screens that follow the changes at once; of one caller.
    package static let liveScreens = 512
    package static let liveScreensOfCaller = 32
    /// The time between two messages to a screen, and between two looks whether its login still counts; the reports
    /// that one names, and the messages that wait for a slow screen.
    package static let liveMilliseconds: Int64 = 500
    package static let liveCheckMilliseconds: Int64 = 2_000
    package static let liveReports = 200
    package static let liveMessages = 8
    /// Lists that are written as files at once.
    package static let exports = 4
    /// Bytes of the file of logins: about twice what they have.
    package static let webSessionFileBytes = 1024 * 1024
}
