import FieldpostCore
import FieldpostNode

/// Where the photos and clips of one answer are, and which of them were refused.
struct BlobPlaces: Sendable {
    private let places: [Hash256: BlobPlace]
    private let refusals: [Hash256: BlobReceipt.Refusal]

    /// For an answer without any.
    static let none = BlobPlaces()

    private init() { (places, refusals) = ([:], [:]) }

    init(of attachments: some Sequence<Attachment>, at node: any NodeService) async {
        var places: [Hash256: BlobPlace] = [:]
        var refusals: [Hash256: BlobReceipt.Refusal] = [:]
        for blob in Set(attachments.map(\.blob)) {
            let place = await node.place(of: blob)
            places[blob] = place
            refusals[blob] = node.refusal(of: blob, at: place)
        }
        (self.places, self.refusals) = (places, refusals)
    }

    /// For the last page of the attachments of a report.
    init(of report: Report, at node: any NodeService) async {
        await self.init(of: report.attachments.suffix(Limits.pageElements).map(\.value), at: node)
    }

    subscript(_ blob: Hash256) -> BlobPlace { places[blob] ?? .announced }

    func refusal(of blob: Hash256) -> BlobReceipt.Refusal? { refusals[blob] }

    /// Whether all of them are here, and none was refused.
    var isSettled: Bool { refusals.isEmpty && places.values.allSatisfy { $0 == .here } }
}
