import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// The photos of a node: opening, the scrub, and eviction, like `Node.scrubBlobs` and `GatewayRole.retain`.
extension World {
    /// False when the disk fails meanwhile.
    func openPhotos(of node: SimulatedNode) -> Bool {
        guard plan.photos != nil else { return true }
        do throws(BlobError) {
            node.blobs = try node.openBlobs()
            return true
        } catch {
            note("\(node.name) cannot start: \(error)")
            count("refused to start")
            return false
        }
    }

    func scrubPhotos(of node: SimulatedNode) async {
        guard let blobs = node.blobs else { return }
        var (cursor, lost): (BlobScrubCursor?, Int) = (.start, 0)
        do throws(BlobError) {
            while let place = cursor {
                let step = try await blobs.scrub(place, bytes: Limits.scrubStepBytes)
                lost += step.lost.count
                cursor = step.next
            }
        } catch {
            note("\(node.name) cannot scrub its photos: \(error)")
        }
        if lost > 0 { note("\(node.name) has lost \(lost) photos") }
    }

    func restPhotos(of node: SimulatedNode, for milliseconds: UInt64) async {
        do throws(BlobError) {
            try await node.blobs?.rest(for: milliseconds)
        } catch {
            note("\(node.name) cannot count the age of its photos: \(error)")
        }
    }

    /// On a full disk sooner, unless central is put back: what it lacks then may be nowhere else.
    func evictPhotos(of node: SimulatedNode, keeping age: UInt64) async {
        guard let blobs = node.blobs, let journal = node.journal else { return }
        let before = wholePhotos(at: node)
        let free = plan.kinds.contains(.centralCardPutBack) ? 0 : UInt64(Limits.evictionFreeBytes)
        do throws(BlobError) {
            let removed = try await blobs.evict(BlobEviction(age: age, freeBytes: free)) { blobs in
                (try? await journal.held(blobs)) ?? []
            }
            if removed.blobs > 0 { note("\(node.name) evicts \(removed.blobs) photos") }
        } catch {
            note("\(node.name) cannot evict photos: \(error)")
        }
        let evicted = before.subtracting(wholePhotos(at: node))
        for photo in evicted.sorted() {
            count("photos evicted")
            oracle.photos.letGo.insert(photo)
            checkPhoto(photo, isDurableAt: nodes[0])
        }
    }
}
