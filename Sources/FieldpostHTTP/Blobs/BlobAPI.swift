import FieldpostCore
import FieldpostMedia
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore

/// Photos and clips over HTTP. They go to disk as they arrive, and come from there piece by piece.
struct BlobAPI: Sendable {
    let node: any NodeService
    let media: MediaIndex

    init(node: any NodeService) {
        self.node = node
        media = MediaIndex(node.blobs)
    }

    var blobs: any BlobStore { node.blobs }

    /// What only brings photos and clips in.
    var intakeRoutes: [Route] {
        [Route(.put, "/v1/blobs/{sha256}", for: .report) { request, context in try await put(request, context) }]
            + uploadRoutes
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/blobs/{sha256}", for: .read, takesQuery: true) { request, context in
                try await get(request, context)
            },
            Route(.get, "/v1/blobs/{sha256}/thumbnail", for: .read) { request, context in
                try await thumbnail(request, context)
            },
        ] + intakeRoutes
    }

    static func blob(in context: APIContext) throws(Problem) -> Hash256 {
        guard let text = context.parameters.get("sha256"), let blob = Hash256(hex: text) else {
            throw Problem(
                .badID, "A photo or clip is named by its SHA-256, as 64 hexadecimal digits. Check the path.")
        }
        return blob
    }

    static func client(_ request: Request, _ context: APIContext) -> UploadClient {
        UploadClient(context.caller, address: ClientAddress.of(request, context))
    }

    // MARK: Limits

    /// The most bytes of a file that is declared so, from this caller. A photo has a lower limit, and its content says
    /// in the end whether it is one.
    func limit(declaredAs mediaType: String, for caller: Caller = .trusted) -> UInt64 {
        let limits = node.mediaLimits
        let isPhoto = mediaType.loweredField.hasPrefix("image/")
        let limit = isPhoto ? limits.photoBytes : max(limits.photoBytes, limits.clipBytes)
        return min(limit, FormLimits(caller).bytes ?? limit)
    }

    /// Throws `.tooLarge`.
    func check(_ length: UInt64, declaredAs mediaType: String, for caller: Caller = .trusted) throws(Problem) {
        let limit = limit(declaredAs: mediaType, for: caller)
        guard length <= limit else { throw Problem.fileTooLarge("file", length, limit: limit) }
    }

    /// What a whole blob is. Throws a `Problem` if it is not taken, and `BlobError`.
    func taken(_ blob: Hash256, declaredAs mediaType: String) async throws -> MediaFile {
        let file: MediaFile
        switch try await media.recognition(of: blob) {
        case .success(let found): file = found
        case .failure(let refusal): throw Problem(refusal)
        }
        guard MediaFormat.isUnspecific(mediaType) || file.format.mayBeDeclared(as: mediaType) else {
            throw Problem(MediaRefusal.mislabelled(declared: mediaType, file.format))
        }
        let bytes = try await blobs.size(of: blob) ?? 0
        let limits = node.mediaLimits
        switch file.format.kind {
        case .photo where bytes > limits.photoBytes:
            throw Problem.fileTooLarge("photo", bytes, limit: limits.photoBytes)
        case .video where bytes > limits.clipBytes, .sound where bytes > limits.clipBytes:
            throw Problem.fileTooLarge("clip", bytes, limit: limits.clipBytes)
        default: return file
        }
    }

    // MARK: PUT

    /// `PUT /v1/blobs/{sha256}`: a whole file, or nothing. Equal content answers without a second copy.
    private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        let blob = try Self.blob(in: context)
        let mediaType = request.headers[.contentType] ?? ""
        guard try ContentCoding(request.headers) == .identity else { throw Problem.codedFile }
        guard let length = request.headers[.contentLength].flatMap({ UInt64($0) }) else { throw Problem.noLength }
        guard length > 0 else { throw Problem(MediaRefusal.empty) }
        try check(length, declaredAs: mediaType, for: context.caller)
        if try await isHeld(blob) {
            // A client that waits for `100 Continue` need not send it. Another one sends it anyway.
            if request.headers[.expect] == nil {
                await context.streamBody()
                try await UploadBody.discard(request.body)
            }
            return try await answer(blob, isNew: false, declaredAs: mediaType)
        }
        let upload = try await blobs.create(
            UploadRequest(
                length: length, mediaType: mediaType, hash: blob,
                limit: limit(declaredAs: mediaType, for: context.caller),
                owner: Self.client(request, context).name))
        do {
            let turn = try await blobs.begin(upload, by: nil, at: 0, checksum: nil)
            await context.streamBody()
            let status = try await UploadBody.receive(request.body, into: blobs, at: 0, by: turn)
            guard status.blob == blob else { throw BodyFault.cut }
        } catch {
            // The upload may be gone already.
            try? await blobs.terminate(upload, by: nil)
            throw error
        }
        return try await answer(blob, isNew: true, declaredAs: mediaType)
    }

    /// One that became corrupt here is not held, and can be sent again.
    private func isHeld(_ blob: Hash256) async throws(BlobError) -> Bool {
        do throws(BlobError) {
            return try await blobs.size(of: blob) != nil
        } catch .lost {
            return false
        }
    }

    private func answer(_ blob: Hash256, isNew: Bool, declaredAs mediaType: String) async throws -> Response {
        let file = try await taken(blob, declaredAs: mediaType)
        if !isNew { _ = try await blobs.keep(blob) }
        var response = try Response(json: try await view(of: blob, file), status: isNew ? .created : .ok)
        response.headers[.location] = "/v1/blobs/\(blob.hex)"
        return response
    }

    func view(of blob: Hash256, _ file: MediaFile) async throws(BlobError) -> BlobView {
        let bytes = try await blobs.size(of: blob) ?? 0
        let metadata = try await media.metadata(of: blob, file)
        return BlobView(sha256: blob.hex, bytes: bytes, file: file, metadata: metadata)
    }
}

extension Problem {
    static let noLength = Problem(
        .lengthRequired, "A file needs a `Content-Length`. Nothing was stored. Send it again with its length.")

    static let codedFile = Problem(
        .unsupportedMediaType, "A file may not be compressed again. Nothing was stored. Send it as it is.",
        headers: [HTTPField(name: .acceptEncoding, value: "identity")])
}
