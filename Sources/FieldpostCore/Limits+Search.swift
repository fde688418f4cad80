/// Limits of search and of the change feed.
extension Limits {
    // MARK: Search

    /// Characters of one report that search knows: its text first, then its latest notes and reasons. A text of the
    /// longest length has 8,000 Chinese characters.
    package static let searchedCharacters = 4 * 1024
    /// Parts of a question. Each costs a look into every segment.
    package static let searchedParts = 16
    /// Reports of one segment of the index are those with the same number without its last bits. A question looks into
    /// every segment, and a change of an old report makes its segment be written anew: 4,096 reports are 400 KiB.
    package static let searchSegmentBits: Int64 = 12
    /// Bytes of one piece of a segment, before the term that fills it: with it, it fits a page of the database.
    package static let searchPieceBytes = 3_400
    /// Changed reports whose terms wait in memory until a segment is written, and bytes of them; and changes of the
    /// journal that a restart may have to read again.
    package static let searchWaitingReports = 8 * 1024
    package static let searchWaitingBytes = 16 * 1024 * 1024
    package static let searchWaitingChanges: Int64 = 64 * 1024
    /// Milliseconds that the index waits after a commit, so that one step takes many changes.
    package static let searchDelayMilliseconds = 20
    /// Reports of which one step takes up the terms, if it does not take `readMilliseconds` before.
    package static let searchStepReports = 512
    /// A page of found reports ends after so many milliseconds, full or not.
    package static let searchPageMilliseconds = 120
    /// How long a listing with several conditions waits for the index, and how long it may take to answer by it. After
    /// that, it looks through the reports.
    package static let indexWaitMilliseconds = 100
    package static let indexedPageMilliseconds = 1_000
    /// Overdue cases that a question sorts out beforehand, in some 20 ms. If there are more, it comes across them soon.
    package static let searchOverdueCases = 200_000
    /// If at most so many reports may have a text, a list of tasks reads their cases instead of the list.
    package static let searchedTasks = 2_000

    // MARK: Changes

    /// Changes in one answer, and bytes of their entries. A page ends earlier when it has taken so many milliseconds.
    package static let pageChanges = 500
    package static let changesBytes = 256 * 1024
    package static let changesMilliseconds = 100
    /// How long the search for the newest lines of the journal may take.
    package static let journalTailMilliseconds = 2_000
    /// Requests that wait for changes or follow them: all together, and of one caller. Each holds a connection and at
    /// most one page.
    package static let waitingChanges = 128
    package static let waitingChangesOfCaller = 8
    /// Milliseconds between two looks of a request that waits: a look compares two numbers.
    package static let changeLookMilliseconds = 50
    /// Seconds after which a stream of events sends something and asks again whether its caller still may read.
    package static let changeStreamSeconds = 15
}
