import FieldpostCore
import FieldpostStore
import Hummingbird
import NIOCore

/// Carries a body to the store of photos as it arrives. The next bytes are read from the connection only when the store
/// has taken the last ones, so a body costs no memory beyond the buffers of its connection.
enum UploadBody {
    /// Ends the turn in every case: what came becomes durable, also of a body that was cut.
    ///
    /// Throws `BlobError`, and `BodyFault` for a body that was cut, unless it was whole already.
    static func receive(
        _ body: RequestBody, into blobs: any BlobStore, at offset: UInt64, by turn: UploadTurn
    ) async throws -> UploadStatus {
        var place = offset
        var fault: (any Error)?
        do {
            for try await part in body {
                var part = part
                while let piece = part.readBytes(length: min(part.readableBytes, Limits.blobPieceBytes)), !piece.isEmpty
                {
                    try await blobs.write(piece, at: place, by: turn)
                    place += UInt64(piece.count)
                }
            }
        } catch let error as BlobError {
            fault = error
        } catch {
            fault = BodyFault(error)
        }
        do {
            let status = try await blobs.end(turn)
            if let fault, status.blob == nil || !(fault is BodyFault) { throw fault }
            return status
        } catch {
            throw fault ?? error
        }
    }

    /// Reads a body whose content is known. Throws `BodyFault`.
    static func discard(_ body: RequestBody) async throws {
        do {
            for try await _ in body {}
        } catch {
            throw BodyFault(error)
        }
    }
}
