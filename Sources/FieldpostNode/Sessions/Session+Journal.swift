import FieldpostCore
import FieldpostSession
import FieldpostStore
import FieldpostSync
import FieldpostWire

/// Work of a session that is done in order, one piece after the other.
enum JournalQueue: Hashable, Sendable {
    /// Inflates and decodes what is to be written.
    case prepare
    case write
    /// Work that waits for room on the disk.
    case writeWaiting
    case read
    /// Reads of entries for the peer. Each waits for the link.
    case run
    /// What central compares. It may read all of the journal, and other reads do not wait for it.
    case compare
    case blobs(SessionEffect.BlobWork.Queue)
}

/// The session's work with the journal: reads, and writes in the order asked, with one prepared in advance. Each one
/// gives an event as its answer.
extension Session {
    nonisolated func prepare(_ work: SessionEffect.Write) async {
        if work.bringsEntries, await isHeldBack(work) { return }
        guard let permit = await context.entryBudget.share(work.entryCount) else { return }
        do throws(Violation) {
            prepared.yield(try PreparedWork(work, permit: permit))
            await start(.write)
        } catch {
            await fail(error)
        }
    }

    func write(_ first: PreparedWork) async {
        var (work, count) = (first, 1)
        if case .store(var run) = work {
            while let next = followUp(of: run) {
                run.join(next)
                count += 1
            }
            work = .store(run)
        }
        guard let journal else { return }
        do throws(JournalError) {
            if work.bringsEntries, waiting.hasPutBack { throw .full }
            take(try await journal.write(work, stamp: context.clock.stamp()))
        } catch {
            if work.bringsEntries, error.isForWantOfRoom {
                waiting.putBack(.prepared(work))
                start(.writeWaiting)
            } else {
                give(up: error)
            }
        }
        if work.bringsEntries { waiting.finished(count) }
    }

    /// Work with entries that found no room on the disk is done later, when there is room. The peer still holds what it
    /// sent. Its credit limits how much waits here. Receipts and other work continue in the meantime.
    func writeWaiting() async {
        while !waiting.isEmpty, (try? await Task.sleep(for: .seconds(1))) != nil {
            while let work = waiting.first, context.journal.hasRoomForPeers, let journal {
                do {
                    let prepared = try await prepare(work)
                    take(try await journal.write(prepared, stamp: context.clock.stamp()))
                } catch let error as Violation {
                    return fail(error)
                } catch let error as JournalError {
                    guard error.isForWantOfRoom else { return give(up: error) }
                    break
                } catch {
                    return  // cancelled
                }
                waiting.removeFirst()
            }
        }
    }

    /// Whether work with entries must wait for room, or behind work that already waits.
    private func isHeldBack(_ work: SessionEffect.Write) -> Bool {
        let isHeldBack = waiting.holdsBack(work, hasRoom: context.journal.hasRoomForPeers)
        if isHeldBack { start(.writeWaiting) }
        return isHeldBack
    }

    private nonisolated func prepare(_ work: WaitingWork.Item) async throws -> PreparedWork {
        switch work {
        case .prepared(let work): return work
        case .raw(let work):
            guard let permit = await context.entryBudget.share(work.entryCount) else { throw CancellationError() }
            return try PreparedWork(work, permit: permit)
        }
    }

    /// The run that waits next, if it can go into the same commit.
    private func followUp(of run: StoreRun) -> StoreRun? {
        let next = prepared.nextIfReady { work in
            if case .store(let other) = work { run.isFollowed(by: other) } else { false }
        }
        if case .store(let other) = next { return other }
        return nil
    }

    func read(_ read: SessionEffect.Read) async {
        guard let journal else { return }
        do throws(JournalError) {
            let outcome = try await journal.read(read, limit: frame.run, stamp: context.clock.stamp())
            take(outcome)
            // One message with entries waits for the link. What the peer does not take stays in the journal.
            if read.sendsEntries, outcome.message?.lane == .entries { _ = await sentBatches.next() }
        } catch {
            give(up: error)
        }
    }

    /// Performs work with blobs until the queue is empty.
    func performBlobs(of queue: SessionEffect.BlobWork.Queue) async {
        guard let blobs, let waiting = blobWork[queue] else { return }
        do throws(BlobFailure) {
            while let work = waiting.nextIfReady() {
                if work.isJoined(by: work) {
                    var joined = [work]
                    while joined.count < Limits.blobBatch, let next = waiting.nextIfReady(where: work.isJoined(by:)) {
                        joined.append(next)
                    }
                    for outcome in try await blobs.perform(all: joined) { handle(.blobDone(outcome)) }
                } else {
                    let (messages, outcome) = try await blobs.perform(work, limit: frame.piece)
                    for message in messages { send(message) }
                    handle(.blobDone(outcome))
                    await awaitLink(messages.count, in: queue)
                }
            }
        } catch {
            leave(error.description)
        }
    }

    /// Messages with bytes of blobs wait for the link. The next pieces are read while these go.
    private func awaitLink(_ count: Int, in queue: SessionEffect.BlobWork.Queue) async {
        switch queue {
        case .pieces:
            waitingPieces += count
            while waitingPieces > count, await sentPieces.next() != nil { waitingPieces -= 1 }
        case .thumbnails: if count > 0 { _ = await sentThumbnails.next() }
        default: break
        }
    }

    private func give(up error: JournalError) {
        switch error {
        case .violation(let violation): fail(violation)
        default: leave(error.description)
        }
    }
}
