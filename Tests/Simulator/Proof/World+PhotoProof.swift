import FaultDisk
import FieldpostBlobs
import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// What became of the photos. Disks are read without the code of the store.
extension World {
    private static func path(_ photo: Hash256) -> String {
        "\(FaultBlobDisk.root)/\(photo.hex.prefix(2))/\(photo.hex.dropFirst(2))"
    }

    /// The photos that a node's disk holds whole.
    func wholePhotos(at node: SimulatedNode) -> Set<Hash256> {
        Set(oracle.photos.photos.map(\.hash).filter { isWhole(node.disk.bytes(of: Self.path($0)), $0) })
    }

    private func isWhole(_ bytes: [UInt8]?, _ photo: Hash256) -> Bool {
        bytes.map { $0.count == oracle.photos[photo]?.bytes.count && Hash256(hashing: $0) == photo } ?? false
    }

    /// A node has just said that it holds a photo durably. One that became corrupt meanwhile is found later.
    func checkPhoto(_ photo: Hash256, isDurableAt node: SimulatedNode) {
        guard plan.photos != nil, oracle.photos[photo] != nil, !plan.kinds.contains(.corruption) else { return }
        if !isWhole(node.disk.durableBytes(of: Self.path(photo)), photo) {
            fail(.receiptMeansDurable, "\(node.name) holds photo \(photo), and a power cut would lose it")
        }
    }

    /// A message leaves a node.
    func watchPhotos(_ message: Message, from node: SimulatedNode) {
        switch message {
        case .blobAsk(let photo): note("\(node.name) asks for photo \(photo.hex.prefix(8))")
        case .blobOffer(let offer): note("\(node.name) offers photo \(offer.blob.hex.prefix(8)), \(offer.bytes) bytes")
        case .blobPull(let pull): note("\(node.name) pulls photo \(pull.blob.hex.prefix(8)) from \(pull.offset)")
        case .blobGone(let photo): note("\(node.name) has no photo \(photo.hex.prefix(8))")
        case .blobReceipt(let receipt):
            let answer = receipt.refusal.map { "refuses (\($0))" } ?? "has"
            note("\(node.name) \(answer) photo \(receipt.blob.hex.prefix(8))")
            guard receipt.refusal == nil else { return }
            count("receipts of photos")
            checkPhoto(receipt.blob, isDurableAt: node)
        default: return
        }
    }

    /// Photos that were destroyed at a node: what no other node has is gone.
    func notePhotosGone(_ photos: Set<Hash256>, from node: SimulatedNode) {
        var gone = photos
        for other in nodes where other !== node && !other.isRetired && !gone.isEmpty {
            gone.subtract(wholePhotos(at: other))
        }
        // A copy of central that is younger than the retention time has everything that gateways evicted.
        if node.isCentral { gone.subtract(oracle.photos.letGo) }
        oracle.photos.gone.formUnion(gone)
        if !gone.isEmpty { note("\(gone.count) photos are physically destroyed") }
    }

    /// Whether a node gives a photo. Other bytes are a finding.
    func holds(_ photo: PhotoBook.Photo, at node: SimulatedNode) async -> Bool {
        guard let blobs = node.blobs else { return false }
        var bytes: [UInt8] = []
        do throws(BlobError) {
            guard let size = try await blobs.size(of: photo.hash) else { return false }
            while UInt64(bytes.count) < size {
                let end = min(UInt64(bytes.count + Limits.blobPieceBytes), size)
                bytes += try await blobs.read(photo.hash, UInt64(bytes.count)..<end)
            }
        } catch {
            return false
        }
        if bytes != photo.bytes { fail(.photosAreWhole, "\(node.name) gives other bytes as photo \(photo.hash)") }
        return true
    }

    /// A photo that somebody was told is safe and that central does not have yet; nil when there is none.
    func photoUnderWay() async -> String? {
        guard plan.photos != nil, let central = nodes[0].journal else { return nil }
        for photo in promisedPhotos() {
            guard let known = oracle.photos[photo], let named = try? await central.named([photo]), !named.isEmpty,
                await !holds(known, at: nodes[0])
            else { continue }
            let holders = nodes.filter { wholePhotos(at: $0).contains(photo) }.map(\.name)
            return "central has no photo \(photo.hex.prefix(8)), and \(holders) have it"
        }
        return nil
    }

    /// Named by a change that was acknowledged, and not destroyed.
    private func promisedPhotos() -> [Hash256] {
        let writes = oracle.acknowledged.sorted().map { oracle.book[$0] }
        let named = writes.filter { !oracle.gone.contains($0.key) && !$0.isPoisoned }.flatMap(\.change.attachments)
        return Set(named.map(\.blob)).subtracting(oracle.photos.gone).sorted()
    }

    func judgePhotos(at node: SimulatedNode) async {
        for photo in oracle.photos.photos where await holds(photo, at: node) { count("photos judged") }
    }
}
