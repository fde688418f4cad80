import FieldpostCore
import FieldpostNode

/// Where the photos and clips of one answer are.
struct BlobPlaces: Sendable {
    private let places: [Hash256: BlobPlace]

    /// For an answer without any.
    static let none = BlobPlaces()

    private init() { places = [:] }

    init(of attachments: some Sequence<Attachment>, at node: any NodeService) async {
        var places: [Hash256: BlobPlace] = [:]
        for blob in Set(attachments.map(\.blob)) { places[blob] = await node.place(of: blob) }
        self.places = places
    }

    /// For the last page of the attachments of a report.
    init(of report: Report, at node: any NodeService) async {
        await self.init(of: report.attachments.suffix(Limits.pageElements).map(\.value), at: node)
    }

    subscript(_ blob: Hash256) -> BlobPlace { places[blob] ?? .announced }

    /// Whether all of them are here.
    var isSettled: Bool { places.values.allSatisfy { $0 == .here } }
}
