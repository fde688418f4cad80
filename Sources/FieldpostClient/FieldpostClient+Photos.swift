import Crypto
package import FieldpostCore
package import Foundation
import NIOHTTP1

extension FieldpostClient {
    /// Bytes of one request of an upload. A request of so many takes some seconds over a bad link.
    private static let pieceBytes = 1024 * 1024
    /// Seconds for such a request.
    private static let pieceSeconds: Int64 = 300

    /// Sends a photo, clip or sound by tus, and returns its SHA-256. After a connection that broke it goes on where the
    /// node stands, up to `tries` times without progress. Throws `ClientError`, and the errors of reading the file.
    package func upload(_ file: FileHandle, tries: Int = 5) async throws -> Hash256 {
        let (hash, length) = try Self.digest(file)
        let named = Data(hash.hex.utf8).base64EncodedString()
        let created = try await exchange.send(
            .POST, "/v1/uploads",
            headers: Self.tus + [("Upload-Length", "\(length)"), ("Upload-Metadata", "sha256 \(named)")])
        guard let path = created.headers.first(name: "Location") else { throw ClientError.malformed(address: address) }
        var (offset, failures) = (UInt64(0), 0)
        while true {
            do {
                let answer = try await send(file, from: offset, to: path)
                (offset, failures) = (answer.offset, 0)
                if let blob = answer.blob { return blob }
            } catch let error as ClientError {
                failures += 1
                guard error.isTransient, failures < tries else { throw error }
                try await Task.sleep(for: .milliseconds(500 * failures))
                if let stands = try? await status(of: path) { offset = stands }
            }
        }
    }

    /// Attaches a photo to a report. Safe to repeat. `role`: nil if the sender does not say.
    package func attach(_ blob: Hash256, to report: ReportID, role: AttachmentRole?) async throws(ClientError)
        -> JSONValue
    {
        var members: [String: JSONValue] = ["sha256": .text(blob.hex)]
        if let role { members["role"] = .text(role.rawValue) }
        let key = "attach-\(report)-\(blob.hex)-\(role?.rawValue ?? "")"
        let answer = try await exchange.send(
            .POST, "/v1/reports/\(report)/attachments", headers: [("Idempotency-Key", key)],
            body: try body(.object(members)))
        return try decode(answer.body)
    }

    /// The bytes of a photo, as the node holds them.
    package func photo(_ blob: Hash256) async throws(ClientError) -> [UInt8] {
        Array(try await exchange.send(.GET, "/v1/blobs/\(blob.hex)?form=original", seconds: Self.pieceSeconds).body)
    }

    private static let tus = [("Tus-Resumable", "1.0.0")]

    private func status(of path: String) async throws(ClientError) -> UInt64? {
        let answer = try await exchange.send(.HEAD, path, headers: Self.tus)
        return answer.headers.first(name: "Upload-Offset").flatMap { UInt64($0) }
    }

    private func send(_ file: FileHandle, from offset: UInt64, to path: String) async throws -> (
        offset: UInt64, blob: Hash256?
    ) {
        try file.seek(toOffset: offset)
        let piece = try file.read(upToCount: Self.pieceBytes) ?? Data()
        let answer = try await exchange.send(
            .PATCH, path, headers: Self.tus + [("Upload-Offset", "\(offset)")], body: Array(piece),
            mediaType: "application/offset+octet-stream", seconds: Self.pieceSeconds)
        guard let next = answer.headers.first(name: "Upload-Offset").flatMap({ UInt64($0) }) else {
            throw ClientError.malformed(address: address)
        }
        return (next, answer.headers.first(name: "Fieldpost-Blob").flatMap { Hash256(hex: $0) })
    }

    private static func digest(_ file: FileHandle) throws -> (Hash256, length: UInt64) {
        var (hasher, length) = (SHA256(), UInt64(0))
        try file.seek(toOffset: 0)
        while let piece = try file.read(upToCount: pieceBytes), !piece.isEmpty {
            hasher.update(data: piece)
            length += UInt64(piece.count)
        }
        return (Hash256(hasher.finalize()), length)
    }
}
