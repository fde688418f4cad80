import FieldpostCore
import FieldpostMedia
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /v1/blobs/{sha256}`
extension BlobAPI {
    func get(_ request: Request, _ context: APIContext) async throws -> Response {
        let blob = try Self.blob(in: context)
        let form = try BlobForm(try QueryParameters.only("form", request), context.caller)
        let size = try await size(of: blob, request, context)
        guard case .success(let file) = try await media.recognition(of: blob) else { throw BlobError.notHeld(blob) }
        switch form {
        case .original:
            return try await answer(request, BlobAnswer(blob, file.format, form, size)) { [blobs] range in
                try await blobs.read(blob, range)
            }
        case .stripped: return try await stripped(blob, file, request)
        }
    }

    /// The form of a photo that a report shows to everybody: without what it says of its maker, time and place. One
    /// that is not here is asked for.
    func publicCopy(of blob: Hash256, _ request: Request) async throws -> Response {
        _ = try await heldSize(of: blob, isNamed: true)
        guard case .success(let file) = try await media.recognition(of: blob) else { throw BlobError.notHeld(blob) }
        return try await stripped(blob, file, request)
    }

    private func stripped(_ blob: Hash256, _ file: MediaFile, _ request: Request) async throws -> Response {
        switch try await media.stripped(blob, file) {
        case .failure(let refusal): throw Problem(.forbidden, refusal.description + Self.evidenceAlone)
        case .success(let stripped):
            let size = UInt64(stripped.byteCount)
            return try await answer(request, BlobAnswer(blob, file.format, .stripped, size)) { [blobs] range in
                try await blobs.inspect(blob) { _ throws(BlobError) in
                    try stripped.read(at: Int(range.lowerBound), count: range.count)
                }
            }
        }
    }

    /// `GET /v1/blobs/{sha256}/thumbnail`
    func thumbnail(_ request: Request, _ context: APIContext) async throws -> Response {
        let blob = try Self.blob(in: context)
        guard try await mayRead(blob, request, context) else { throw BlobError.notHeld(blob) }
        return try await thumbnail(of: blob, request)
    }

    func thumbnail(of blob: Hash256, _ request: Request) async throws -> Response {
        guard let picture = await node.thumbnail(of: blob) else { throw try await noThumbnail(of: blob) }
        let answer = BlobAnswer(picture, of: blob)
        return try await self.answer(request, answer) { range in
            Array(picture.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        }
    }

    /// Why there is no thumbnail. If the photo is not here, a peer may have one, and is asked for it.
    private func noThumbnail(of blob: Hash256) async throws(BlobError) -> any Error {
        if try await blobs.size(of: blob) != nil {
            return Problem(.unknownBlob, "There is no small picture of it here. Open the file itself, which is whole.")
        }
        guard await node.wantThumbnail(of: blob) else { return BlobError.notHeld(blob) }
        return Problem(
            .unknownBlob,
            "This node does not hold \(blob), nor a small picture of it. Central was asked for one. Try again soon.",
            headers: [HTTPField(name: .retryAfter, value: "\(Limits.thumbnailRetrySeconds)")])
    }

    /// The bytes of a file that the caller may see. One that is not here, or not any more, and that a report names, is
    /// asked for. Throws `.notHeld`, `.lost`, `.unknownBlob`.
    private func size(of blob: Hash256, _ request: Request, _ context: APIContext) async throws -> UInt64 {
        guard try await mayRead(blob, request, context) else { throw BlobError.notHeld(blob) }
        return try await heldSize(of: blob, isNamed: try await sight(of: blob, for: context.caller) != .nothing)
    }

    private func heldSize(of blob: Hash256, isNamed: Bool) async throws -> UInt64 {
        do throws(BlobError) {
            if let size = try await blobs.size(of: blob) { return size }
        } catch .lost {
            await node.want([blob])
            throw BlobError.lost(blob)
        }
        guard isNamed else { throw BlobError.notHeld(blob) }
        await node.want([blob])
        throw Problem(
            .unknownBlob,
            "The file is not here yet. This node has asked the nodes that it is connected to. Try again later.",
            headers: [HTTPField(name: .retryAfter, value: "\(Limits.busyRetrySeconds)")])
    }

    private static let evidenceAlone =
        " Only dispatchers, administrators and terminals may see it. Ask one of them."

    /// Those may who see a report that names it. Before a report names it, the client that brought it may.
    private func mayRead(_ blob: Hash256, _ request: Request, _ context: APIContext) async throws -> Bool {
        if context.caller == .trusted { return true }
        if await blobs.brought(blob, by: Self.client(request, context).name) { return true }
        switch try await sight(of: blob, for: context.caller) {
        case .nothing: return false
        case .shown: return true
        case .hidden(let report):
            guard context.caller.may(.evidence) else { return false }
            try await node.record(
                "Looked at a photo of report \(report), which its reporter took back.", author: await context.who())
            return true
        }
    }

    /// Which reports that a caller may see name a photo.
    private enum Sight: Hashable {
        case nothing, shown
        /// Only such that their reporters took back; one of them.
        case hidden(ReportID)
    }

    private func sight(of blob: Hash256, for caller: Caller) async throws -> Sight {
        var sight = Sight.nothing
        for report in try await node.journal.reports(naming: blob, limit: Limits.lookedUpReports) {
            guard try await !node.journal.isWithdrawn(report) else { continue }
            if caller.grids != nil {
                guard let held = try await node.journal.report(report), caller.sees(held) else { continue }
            }
            guard try await node.journal.isHidden(report) else { return .shown }
            sight = .hidden(report)
        }
        return sight
    }

    private func answer(
        _ request: Request, _ answer: BlobAnswer, read: @escaping @Sendable (Range<UInt64>) async throws -> [UInt8]
    ) async throws -> Response {
        let (status, headers, range) = answer.head(for: request.headers)
        guard let range else { return Response(status: status, headers: headers) }
        // Before the answer begins, so that a file that cannot be read gets an error.
        let first = request.method == .head ? [] : try await read(Self.piece(at: range.lowerBound, of: range))
        let body = ResponseBody(contentLength: range.count) { writer in
            try await writer.write(ByteBuffer(bytes: first))
            var place = range.lowerBound + UInt64(first.count)
            while place < range.upperBound {
                let piece = Self.piece(at: place, of: range)
                let bytes = try await read(piece)
                // The length was announced: an answer that stops before it is seen to be incomplete.
                guard bytes.count == piece.count else { throw BodyFault.cut }
                try await writer.write(ByteBuffer(bytes: bytes))
                place = piece.upperBound
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    private static func piece(at place: UInt64, of range: Range<UInt64>) -> Range<UInt64> {
        place..<min(place + UInt64(Limits.blobPieceBytes), range.upperBound)
    }
}

/// Which form of a photo or clip a caller gets.
enum BlobForm: Hashable, Sendable {
    /// Byte for byte: evidence.
    case original
    /// Without what it says of its maker, time and place.
    case stripped

    /// Callers who need evidence get the original, unless they ask for `form=stripped`. All others get the stripped
    /// form. Throws `.badQuery`, `.forbidden`.
    init(_ wanted: String?, _ caller: Caller) throws(Problem) {
        switch wanted {
        case nil: self = caller.seesEvidence ? .original : .stripped
        case "stripped": self = .stripped
        case "original":
            guard caller.seesEvidence else {
                throw Problem(
                    .forbidden,
                    "The original of a photo says where and when it was taken. Only dispatchers, administrators and "
                        + "terminals may see it. Leave `form` out to see the photo without that.")
            }
            self = .original
        default:
            throw Problem(.badQuery, "`form` must be original or stripped. Nothing was changed.")
        }
    }
}

extension Caller {
    /// Whether this caller may see what photos say of their taking.
    var seesEvidence: Bool {
        switch self {
        case .trusted, .terminal: true
        case .account(let account): [.dispatcher, .admin, .evidence].contains(account.role)
        case .resident, .reporter, .nobody: false
        }
    }
}
