package import FieldpostAPI
package import HTTPTypes

/// An error as a client gets it: problem details (RFC 9457). `detail` says what happened, what is safe and what to do
/// next. It never contains a report's content.
package struct Problem: Error, Hashable, Sendable {
    package let kind: Kind
    package let detail: String
    /// Each fault in the request, if there are several.
    package var faults: [ProblemDetails.Fault]
    /// Additional header fields of the answer.
    package var headers: [HTTPField]

    package init(_ kind: Kind, _ detail: String, faults: [ProblemDetails.Fault] = [], headers: [HTTPField] = []) {
        self.kind = kind
        self.detail = detail
        self.faults = faults
        self.headers = headers
    }

    /// The number of faults that an answer shows, and that are recorded while a request is read.
    static let shownFaults = 32
    /// The number of scalars that an answer repeats of a name from outside, and of a pointer.
    static let shownScalars = 64
    static let pointerScalars = 256
}

extension Problem {
    /// All kinds of problems. The raw value is the end of the problem's `type`: `urn:fieldpost:problem:…`.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case badHeader = "bad-header"
        case badID = "bad-id"
        case badQuery = "bad-query"
        case badRequest = "bad-request"
        case emptyChange = "empty-change"
        case malformedJSON = "malformed-json"
        case unknownKey = "unknown-key"
        case unauthenticated, forbidden
        case notFound = "not-found"
        case unknownGateway = "unknown-gateway"
        case unknownJob = "unknown-job"
        case jobIsOver = "job-is-over"
        case unknownAccess = "unknown-access"
        case unknownBlob = "unknown-blob"
        case unknownCode = "unknown-code"
        case unknownPairing = "unknown-pairing"
        case unknownReceipt = "unknown-receipt"
        case unknownReport = "unknown-report"
        case hidden
        case unknownToken = "unknown-token"
        case unknownUpload = "unknown-upload"
        case notKept = "not-kept"
        case noContact = "no-contact"
        case noSealingKey = "no-sealing-key"
        case methodNotAllowed = "method-not-allowed"
        case requestTimeout = "request-timeout"
        case lengthRequired = "length-required"
        case wrongTusVersion = "wrong-tus-version"
        case rangeNotSatisfiable = "range-not-satisfiable"
        case targetTooLong = "target-too-long"
        case expectationFailed = "expectation-failed"
        case headersTooLarge = "headers-too-large"
        case notImplemented = "not-implemented"
        case versionNotSupported = "version-not-supported"
        case ambiguousGateway = "ambiguous-gateway"
        case keyReused = "key-reused"
        case nameTaken = "name-taken"
        case tooManyPeople = "too-many-people"
        case notCentral = "not-central"
        case reportExists = "report-exists"
        case reportFull = "report-full"
        case stepNotPossible = "step-not-possible"
        case wrongRole = "wrong-role"
        case tooManySettings = "too-many-settings"
        case unknownSetting = "unknown-setting"
        case settingChanged = "setting-changed"
        case uploadTakenOver = "upload-taken-over"
        case wrongOffset = "wrong-offset"
        case uploadExpired = "upload-expired"
        case tooLarge = "too-large"
        case unsupportedMediaType = "unsupported-media-type"
        case mediaNotTaken = "media-not-taken"
        case invalidValue = "invalid-value"
        case mediaDefective = "media-defective"
        case wrongHash = "wrong-hash"
        case wrongChecksum = "wrong-checksum"
        case tooManyRequests = "too-many-requests"
        case internalError = "internal-error"
        case busy
        case blobsFailed = "blobs-failed"
        case journalFailed = "journal-failed"
        case refusingReports = "refusing-reports"
        case diskFull = "disk-full"

        package var status: Int {
            switch self {
            case .badHeader, .badID, .badQuery, .badRequest, .emptyChange, .malformedJSON, .unknownKey: 400
            case .unauthenticated: 401
            case .forbidden: 403
            case .noContact, .notFound, .unknownAccess, .unknownBlob, .unknownCode, .unknownGateway, .unknownJob,
                .unknownPairing, .unknownReceipt, .unknownReport, .unknownSetting, .unknownToken, .unknownUpload:
                404
            case .methodNotAllowed: 405
            case .requestTimeout: 408
            case .lengthRequired: 411
            case .wrongTusVersion: 412
            case .targetTooLong: 414
            case .rangeNotSatisfiable: 416
            case .expectationFailed: 417
            case .headersTooLarge: 431
            case .notImplemented: 501
            case .versionNotSupported: 505
            case .ambiguousGateway, .jobIsOver, .keyReused, .nameTaken, .notCentral, .reportExists,
                .reportFull, .stepNotPossible, .tooManyPeople, .tooManySettings, .uploadTakenOver, .wrongOffset,
                .wrongRole:
                409
            case .hidden, .notKept, .uploadExpired: 410
            case .settingChanged: 412
            case .tooLarge: 413
            case .mediaNotTaken, .unsupportedMediaType: 415
            case .invalidValue, .mediaDefective, .wrongHash: 422
            // tus 1.0.0, extension Checksum.
            case .wrongChecksum: 460
            case .tooManyRequests: 429
            case .internalError: 500
            case .blobsFailed, .busy, .journalFailed, .noSealingKey, .refusingReports: 503
            case .diskFull: 507
            }
        }

        package var title: String {
            switch self {
            case .badHeader: "A header field is invalid"
            case .badID: "The report's id is not a UUID"
            case .badQuery: "A query parameter is invalid"
            case .badRequest: "The request cannot be read"
            case .emptyChange: "The edit changes nothing"
            case .malformedJSON: "The body is not the expected JSON"
            case .unknownKey: "The body contains an unknown key"
            case .unauthenticated: "Authentication required"
            case .forbidden: "Permission denied"
            case .notFound: "Path not found"
            case .unknownAccess: "Unknown terminal or account"
            case .unknownGateway: "Unknown gateway"
            case .unknownCode: "No pairing has this code"
            case .unknownPairing: "Unknown pairing"
            case .unknownBlob: "This node does not have the photo or clip"
            case .unknownToken: "Unknown or used token"
            case .unknownSetting: "Unknown setting"
            case .settingChanged: "The setting was changed meanwhile"
            case .tooManySettings: "Too many settings"
            case .unknownUpload: "Unknown upload"
            case .unknownReceipt: "No report here has the receipt"
            case .unknownReport: "This node does not have the report"
            case .hidden: "The reporter took the report back"
            case .noContact: "The report has no contact data"
            case .noSealingKey: "Contact data cannot be kept here yet"
            case .notKept: "This node no longer keeps the report"
            case .methodNotAllowed: "Method not allowed"
            case .requestTimeout: "The request took too long"
            case .lengthRequired: "The length of the file is missing"
            case .wrongTusVersion: "This version of tus is not supported"
            case .rangeNotSatisfiable: "The range is not within the file"
            case .uploadTakenOver: "Another request continues the upload"
            case .wrongOffset: "The upload stands elsewhere"
            case .uploadExpired: "The upload is gone"
            case .targetTooLong: "The request line is too long"
            case .expectationFailed: "Expectation failed"
            case .headersTooLarge: "The header fields are too large"
            case .notImplemented: "Not implemented"
            case .versionNotSupported: "HTTP version not supported"
            case .ambiguousGateway: "Several gateways match"
            case .keyReused: "The key was used before with different content"
            case .nameTaken: "The name is already taken"
            case .tooManyPeople: "A gateway takes no more people"
            case .notCentral: "This works only at central"
            case .unknownJob: "There is no such job"
            case .jobIsOver: "The job is over"
            case .reportExists: "The report already exists"
            case .reportFull: "This node has reached its limit for this report"
            case .stepNotPossible: "The case is not where this step is possible"
            case .wrongRole: "This node has another role"
            case .tooLarge: "The request is too large"
            case .tooManyRequests: "Too many requests"
            case .unsupportedMediaType: "The media type of the body is not supported"
            case .mediaNotTaken: "Files of this format are not taken"
            case .mediaDefective: "The file is empty or damaged"
            case .wrongHash: "The file is not what was announced"
            case .wrongChecksum: "Checksum mismatch"
            case .invalidValue: "A value is invalid"
            case .internalError: "Internal error"
            case .busy: "Too many at once"
            case .blobsFailed: "The store of photos takes no writes"
            case .journalFailed: "The journal accepts no writes"
            case .refusingReports: "The disk is nearly full"
            case .diskFull: "The disk is full"
            }
        }
    }
}

extension Problem: Encodable {
    package func encode(to encoder: any Encoder) throws {
        let details = ProblemDetails(
            type: "urn:fieldpost:problem:\(kind.rawValue)", title: kind.title, status: kind.status, detail: detail,
            errors: faults.isEmpty ? nil : faults)
        try details.encode(to: encoder)
    }
}
