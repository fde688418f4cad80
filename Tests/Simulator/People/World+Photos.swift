import FieldpostBlobs
import FieldpostCore
import FieldpostStore

/// People take photos, send them in pieces, and open those of others.
extension World {
    /// Often one that was taken before.
    func drawPhoto(_ plan: PhotoPlan) -> Attachment {
        if chance(percent: 25), let photo = oracle.photos.photos.randomElement(using: &random) {
            return Attachment(blob: photo.hash, mediaType: "image/jpeg", byteCount: UInt64(photo.bytes.count))
        }
        let isLarge = chance(percent: plan.large)
        let bytes = isLarge ? draw(65_000...150_000) : draw(1...3000)
        let photo = oracle.photos.take(bytes: Int(bytes), seed: random.next())
        return Attachment(blob: photo.hash, mediaType: "image/jpeg", byteCount: bytes)
    }

    /// Sends the next bytes of a terminal's photos. True when the node holds all of them. Otherwise the next request
    /// goes on, at once or when the terminal tries again.
    func takePhotos(of terminal: Terminal, at node: SimulatedNode, attempt: Int) async -> Bool {
        guard let blobs = node.blobs, let operation = terminal.operation else { return true }
        for attachment in operation.draft.change.attachments {
            guard let photo = oracle.photos[attachment.blob] else { continue }
            do throws(BlobError) {
                if try await blobs.keep(photo.hash) { continue }
                try await send(photo, of: terminal, to: blobs, at: node)
                schedule(.request(terminal, attempt: attempt), after: draw(1...300))
            } catch {
                note("\(node.name) does not take a photo of \(terminal.name): \(error)")
            }
            worked(on: node)
            return false
        }
        return true
    }

    private func send(
        _ photo: PhotoBook.Photo, of terminal: Terminal, to blobs: FileBlobStore, at node: SimulatedNode
    ) async throws(BlobError) {
        let place = Terminal.UploadPlace(photo: photo.hash, node: ObjectIdentifier(node))
        let length = UInt64(photo.bytes.count)
        var (id, offset) = (terminal.operation?.uploads[place], UInt64(0))
        if let known = id {
            do throws(BlobError) {
                let status = try await blobs.status(of: known, by: terminal.name)
                (id, offset) = (status.blob == nil ? known : nil, status.offset)
            } catch {
                guard blobs.failure == nil else { throw error }
                id = nil
            }
        }
        if id == nil {
            offset = 0
            let request = UploadRequest(
                length: length, mediaType: "image/jpeg", hash: photo.hash, limit: length, owner: terminal.name)
            id = try await blobs.create(request)
            terminal.operation?.uploads[place] = id
        }
        guard let id else { return }
        let end = chance(percent: 50) ? length : draw(offset...length)
        let turn = try await blobs.begin(id, by: terminal.name, at: offset, checksum: nil)
        var refusal: BlobError?
        while offset < end, refusal == nil {
            let next = min(offset + UInt64(Limits.blobPieceBytes), end)
            do throws(BlobError) {
                try await blobs.write(Array(photo.bytes[Int(offset)..<Int(next)]), at: offset, by: turn)
            } catch {
                refusal = error
            }
            offset = next
        }
        let status = try await blobs.end(turn)
        if let refusal { throw refusal }
        guard status.blob != nil else { return count("uploads in several pieces") }
        count("photos taken in")
        oracle.photos.gone.remove(photo.hash)
        checkPhoto(photo.hash, isDurableAt: node)
    }

    /// Somebody opens any photo at a node. One that is not there is asked for.
    func openPhoto(at node: SimulatedNode) async {
        guard node.blobs != nil, let photo = oracle.photos.photos.randomElement(using: &random) else { return }
        if await holds(photo, at: node) { return }
        count("photos asked for")
        worked(on: node)
        for session in node.sessions { session.want(photo.hash) }
    }
}
