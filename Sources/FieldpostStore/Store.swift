package import FieldpostCore

/// The durable store of one node: all that sessions, HTTP and commands may ask of it. FieldpostJournal implements it
/// on SQLite, for both roles. It is shaped so that central's side can be implemented on another database too.
///
/// Every implementation keeps these rules:
///
/// 1. *Durable before it answers.* A write returns, and `commits()` signals it, only after its commit has reached
///    stable storage: `synchronous=FULL` in SQLite, `synchronous_commit=on` in PostgreSQL. After a commit of unknown
///    outcome the store refuses all further writes (`failure`), and the process starts again.
/// 2. *One writer.* All writes of a node run one after the other, in one process. Each sees all that earlier ones
///    wrote.
/// 3. *All or nothing.* A write that throws leaves nothing behind, and other writes of the same commit stand.
/// 4. *Batches.* Writes that wait are committed together. Each of them is answered after that one commit.
/// 5. *Pure bodies.* The body of a write may be run twice, because a disk was full or a transaction could not be
///    serialized. The first run is undone. So a body changes only its transaction, and memory that is undone with it.
///    It reads no clock and sends nothing: moments and secrets are arguments.
/// 6. *Reads see commits.* A read sees one state of the store, which includes each write that had returned.
/// 7. *Nothing blocks the caller.* Only async methods read or write the database. The properties and the other
///    methods answer without reading it.
///
/// All methods may be called from any task. A cancelled caller does not make the store fail.
package protocol Store: ReportStore, ReceiptStore, SearchStore, ChangeStore, TaskStore, EntryStore, HeadStore,
    ComparisonStore, FeedStore, GatewayStore, EnrollmentStore, AccessStore, AuditStore, SettingStore, AttachmentStore,
    RetentionStore, EarlyStore, WhereaboutStore, StoreHealth, ProofSigner
{
    var role: Role { get }

    /// The node that this store belongs to, in its present incarnation.
    var origin: Origin { get }

    /// The incarnation that the present one followed; nil for the first.
    var predecessor: Incarnation? { get }

    /// A signal after every commit. One signal may stand for several commits. The stream ends when the store closes.
    /// For few listeners: a session subscribes to what concerns it (`onGrowth`).
    func commits() -> AsyncStream<Void>

    /// Calls `wake` after each commit that added to `growth`, and sometimes when nothing was added. Other commits do
    /// not call it. `wake` runs on the writer's thread, so it must be quick. It is called until the result is released.
    ///
    /// What was committed before this call is not signalled: read the present state after it.
    func onGrowth(of growth: Growth, _ wake: @escaping @Sendable () -> Void) -> GrowthSubscription

    /// Finishes the writes that wait, and closes. Later calls fail. Closing again does nothing.
    func close() async throws(JournalError)
}
