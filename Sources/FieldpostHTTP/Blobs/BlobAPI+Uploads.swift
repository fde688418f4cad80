import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// Uploads that continue after a cut, by tus 1.0.0.
///
/// A new request for an upload takes it over from the connection that had it, however dead that one is. An offset is
/// what is on the disk and synced.
extension BlobAPI {
    static let uploadPath = "/v1/uploads"

    var uploadRoutes: [Route] {
        [
            Route(.options, Self.uploadPath, for: .open) { _, _ in offers() },
            Route(.post, Self.uploadPath, for: .report) { request, context in try await create(request, context) },
            upload(.options, for: .open) { _, _, _ in offers() },
            upload(.head) { try await status($0, $1, $2) },
            upload(.patch) { try await append($0, $1, $2) },
            upload(.delete) { try await terminate($0, $1, $2) },
        ]
    }

    /// A route of one upload, whose id the path names.
    private func upload(
        _ method: HTTPRequest.Method, for permission: Permission = .report,
        answer: @escaping @Sendable (UploadID, Request, APIContext) async throws -> Response
    ) -> Route {
        Route(method, Self.uploadPath + "/{id}", for: permission) { request, context in
            guard let id = context.parameters.get("id").flatMap({ UploadID(text: $0) }) else {
                throw Problem(.unknownUpload, "There is no such upload. Begin another one.")
            }
            return try await answer(id, request, context)
        }
    }

    private func offers() -> Response {
        let limits = node.mediaLimits
        return Response(
            status: .noContent,
            headers: [
                TusFields.versions: TusFields.version, TusFields.extensionList: TusFields.extensions,
                TusFields.maxSize: "\(max(limits.photoBytes, limits.clipBytes))",
                TusFields.algorithmList: TusFields.algorithms,
            ])
    }

    // MARK: Creation

    /// With a body, its first bytes are there as well (creation-with-upload).
    private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        try TusFields.checkVersion(request.headers)
        guard request.headers[TusFields.deferLength] == nil,
            let length = try TusFields.bytes(TusFields.length, request.headers)
        else { throw TusFields.bad(TusFields.length, "must say how many bytes the whole has") }
        guard length > 0 else { throw TusFields.bad(TusFields.length, "must not be 0: the file is empty") }
        let metadata = try UploadMetadata(request.headers)
        try check(length, declaredAs: metadata.mediaType, for: context.caller)
        let first = request.headers[.contentType] == nil ? nil : try piece(request, left: length)
        let id = try await blobs.create(
            UploadRequest(
                length: length, mediaType: metadata.mediaType, hash: metadata.hash,
                limit: limit(declaredAs: metadata.mediaType, for: context.caller),
                owner: Self.client(request, context).name))
        let turn: UploadTurn
        do {
            turn = try await blobs.begin(id, by: nil, at: 0, checksum: first?.checksum)
        } catch {
            try? await blobs.terminate(id, by: nil)
            throw error
        }
        let status: UploadStatus
        if first == nil {
            // From now on the upload survives a crash.
            status = try await blobs.end(turn)
        } else {
            await context.streamBody()
            status = try await UploadBody.receive(request.body, into: blobs, at: 0, by: turn)
        }
        var response = try await answer(status, with: .created)
        response.headers[.location] = Self.uploadPath + "/\(id)"
        return response
    }

    // MARK: Continuing

    private func status(_ id: UploadID, _ request: Request, _ context: APIContext) async throws -> Response {
        try TusFields.checkVersion(request.headers)
        let status = try await blobs.status(of: id, by: Self.client(request, context).owner)
        var response = try await answer(status, with: .ok)
        response.headers[TusFields.length] = "\(status.length)"
        response.headers[TusFields.metadata] = UploadMetadata.text(mediaType: status.mediaType)
        return response
    }

    private func append(_ id: UploadID, _ request: Request, _ context: APIContext) async throws -> Response {
        try TusFields.checkVersion(request.headers)
        guard let offset = try TusFields.bytes(TusFields.offset, request.headers) else {
            throw TusFields.bad(TusFields.offset, "must say where the bytes begin")
        }
        let owner = Self.client(request, context).owner
        let before = try await blobs.status(of: id, by: owner)
        guard before.offset == offset else { throw BlobError.wrongOffset(held: before.offset) }
        let piece = try piece(request, left: before.length - offset)
        let turn = try await blobs.begin(id, by: owner, at: offset, checksum: piece.checksum)
        await context.streamBody()
        let status = try await UploadBody.receive(request.body, into: blobs, at: offset, by: turn)
        return try await answer(status, with: .noContent)
    }

    private func terminate(_ id: UploadID, _ request: Request, _ context: APIContext) async throws -> Response {
        try TusFields.checkVersion(request.headers)
        try await blobs.terminate(id, by: Self.client(request, context).owner)
        return Response(status: .noContent)
    }

    // MARK: Helpers

    /// What a request says of its body, before any byte of it is taken. Throws `.unsupportedMediaType`, `.badHeader`,
    /// `.tooLarge`.
    private func piece(_ request: Request, left: UInt64) throws(Problem) -> (checksum: PieceChecksum?, bytes: UInt64?) {
        guard request.headers[.contentType]?.trimmedField.loweredField == TusFields.mediaType,
            request.headers[.contentEncoding] == nil
        else {
            throw Problem(
                .unsupportedMediaType,
                "The bytes of an upload need `Content-Type: \(TusFields.mediaType)`, without a coding. Nothing was "
                    + "changed.",
                headers: [HTTPField(name: .accept, value: TusFields.mediaType)])
        }
        let length = try TusFields.bytes(.contentLength, request.headers)
        guard length ?? 0 <= left else {
            throw Problem(
                .tooLarge,
                "The request has \(length ?? 0) bytes, and only \(left) of the upload are missing. Nothing was "
                    + "changed. Ask for its offset, and send what follows.")
        }
        return (try TusFields.checksum(request.headers), length)
    }

    /// The answer names the blob when the upload is whole. Throws a `Problem` if its content is not taken, now and
    /// whenever the client asks again.
    private func answer(_ status: UploadStatus, with code: HTTPResponse.Status) async throws -> Response {
        var headers: HTTPFields = [TusFields.offset: "\(status.offset)"]
        if let blob = status.blob {
            _ = try await taken(blob, declaredAs: status.mediaType)
            headers[TusFields.blob] = blob.hex
        } else {
            headers[TusFields.expires] = HTTPDate.inSeconds(status.remaining / 1000)
        }
        return Response(status: code, headers: headers)
    }
}
