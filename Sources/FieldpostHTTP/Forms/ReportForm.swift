import FieldpostCore
import FieldpostNode
import FieldpostStore
import Hummingbird
import NIOCore

/// Reads a form with a report and its photos. Photos go to the store as they arrive.
struct ReportForm {
    private let blobs: BlobAPI
    private let limits: FormLimits
    private let owner: String
    /// The most bytes that a file of this request can have.
    private let most: UInt64
    private var parser: FormParser
    var fields = FormFields()
    /// The photos that have come, with what their parts say.
    private(set) var files: [File] = []
    private var part: Part?

    struct File: Hashable, Sendable {
        let blob: Hash256
        let mediaType: String
        let role: String
    }

    private enum Part {
        case text(name: String, [UInt8])
        /// Nothing is begun before its first byte: a form without a chosen file has an empty one.
        case file(FormPart, UploadID?, UploadTurn?, bytes: UInt64)
    }

    init(_ boundary: String, into blobs: BlobAPI, for caller: Caller, owner: String, length: UInt64?) {
        self.blobs = blobs
        self.owner = owner
        limits = FormLimits(caller)
        let largest = blobs.limit(declaredAs: "")
        most = min(length ?? largest, largest)
        parser = FormParser(boundary: boundary)
    }

    /// Throws `Problem`, `BlobError`, `BodyFault`. Photos that had come whole stay, and are removed in time.
    mutating func read(_ body: RequestBody) async throws {
        do {
            for try await part in body {
                var part = part
                while let bytes = part.readBytes(length: min(part.readableBytes, Limits.blobPieceBytes)), !bytes.isEmpty
                {
                    for event in try parser.take(bytes) { try await handle(event) }
                }
            }
            try parser.end()
        } catch {
            await abandon()
            switch error {
            case is Problem, is BlobError: throw error
            case let fault as FormParser.Fault: throw fault == .cut ? Problem(BodyFault.cut) : Problem(fault)
            default: throw BodyFault(error)
            }
        }
    }

    private mutating func handle(_ event: FormParser.Event) async throws {
        switch event {
        case .part(let head):
            if head.fileName == nil {
                part = .text(name: head.name, [])
            } else {
                guard files.count < limits.files else { throw Problem.tooManyFiles(limits.files) }
                part = .file(head, nil, nil, bytes: 0)
            }
        case .bytes(let bytes): try await take(bytes)
        case .partEnds: try await endPart()
        case .formEnds: break
        }
    }

    private mutating func take(_ bytes: [UInt8]) async throws {
        switch part {
        case .text(let name, var text):
            try fields.count(bytes.count)
            text += bytes
            part = .text(name: name, text)
        case .file(let head, let upload, let turn, let place):
            guard let upload, let turn else {
                let (upload, turn) = try await begin(head)
                part = .file(head, upload, turn, bytes: 0)
                return try await take(bytes)
            }
            for start in stride(from: 0, to: bytes.count, by: Limits.blobPieceBytes) {
                let piece = Array(bytes[start..<min(start + Limits.blobPieceBytes, bytes.count)])
                try await blobs.blobs.write(piece, at: place + UInt64(start), by: turn)
            }
            part = .file(head, upload, turn, bytes: place + UInt64(bytes.count))
        case nil: break
        }
    }

    private func begin(_ head: FormPart) async throws -> (UploadID, UploadTurn) {
        let limit = min(blobs.limit(declaredAs: head.mediaType), most)
        let id = try await blobs.blobs.create(
            UploadRequest(length: limit, mediaType: head.mediaType, limit: limit, owner: owner))
        do {
            return (id, try await blobs.blobs.begin(id, by: nil, at: 0, checksum: nil))
        } catch {
            try? await blobs.blobs.terminate(id, by: nil)
            throw error
        }
    }

    private mutating func endPart() async throws {
        switch part {
        case .text(let name, let text): try fields.add(name, text)
        case .file(let head, _, let turn?, _):
            let status = try await blobs.blobs.finish(turn)
            guard let blob = status.blob else { throw BodyFault.cut }
            _ = try await blobs.taken(blob, declaredAs: head.mediaType)
            let role = AttachmentRole(rawValue: head.name)?.rawValue ?? ""
            let file = File(blob: blob, mediaType: head.mediaType, role: role)
            if !files.contains(file) { files.append(file) }
        // A file field of a form that was left empty. An empty file with a name is a photo that was lost.
        case .file(let head, _, nil, _):
            if head.fileName != "" { throw BlobError.empty }
        case nil: break
        }
        part = nil
    }

    /// Nothing of a file that did not come whole stays.
    private mutating func abandon() async {
        if case .file(_, let upload?, _, _) = part { try? await blobs.blobs.terminate(upload, by: nil) }
        part = nil
    }
}

/// How much a caller may send in one form.
struct FormLimits: Hashable, Sendable {
    let files: Int
    let bytes: UInt64?

    init(_ caller: Caller) {
        let isResident = caller == .resident
        files = isResident ? Limits.residentFiles : Limits.changeElements
        bytes = isResident ? Limits.residentFormBytes : nil
    }
}

extension Problem {
    fileprivate init(_ fault: FormParser.Fault) {
        let reason =
            switch fault {
            case .badHead: "a part of the form has no name, or a head that is not valid"
            case .headTooLong: "the head of a part is longer than \(Limits.formHeadBytes) bytes"
            case .tooManyParts: "the form has more than \(Limits.formParts) parts"
            case .cut: "the form is cut off"
            }
        self = .unreadable(reason)
    }

    fileprivate static func tooManyFiles(_ limit: Int) -> Problem {
        Problem(.tooLarge, "A report may come with \(limit) photos at most. Nothing was reported. Send fewer.")
    }

    static func formTooLarge(_ limit: UInt64) -> Problem {
        Problem(
            .tooLarge, "The form has more than \(limit) bytes. Nothing was stored. Send fewer or smaller photos.")
    }
}
