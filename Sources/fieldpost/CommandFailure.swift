import FieldpostClient
import FieldpostFleet
import FieldpostGateway
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import Glibc
import NIOCore

/// Why a command failed: a message for people, and the exit status.
struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// Classifies an error that a command did not handle itself.
    init(_ error: any Error) {
        switch error {
        case let error as CommandFailure: self = error
        case let error as ConfigurationError: self.init(.configuration, error.description)
        case let error as PageError: self.init(.configuration, error.description)
        case let error as NodeKeyError: self.init(Self.status(of: error), error.description)
        case let error as JournalError: self.init(Self.status(of: error), error.description)
        case let error as BlobError: self.init(.inputOutput, error.description)
        case let error as ClientError: self.init(Self.status(of: error), error.description)
        case let error as FleetError: self.init(Self.status(of: error), error.description)
        case let error as EnrollmentError: self.init(Self.status(of: error), error.description)
        case let error as ReportSourceError: self.init(.inputOutput, error.description)
        case let error as HTTPTLSError: self.init(error.isSetting ? .configuration : .inputOutput, error.description)
        case let error as SettingsError: self.init(Self.status(of: error), error.description)
        case let error as ListenError: self.init(.unavailable, error.description)
        case let error as IOError where error.errnoCode == EADDRINUSE:
            self.init(
                .unavailable, "An address is already in use. Stop that program, or set another `http` or `listen`.")
        case let error as IOError: self.init(.inputOutput, "\(error.description).")
        default: self.init(.internalFault, "Unexpected error: \(error). What was accepted before is safe.")
        }
    }

    private static func status(of error: NodeKeyError) -> ExitStatus {
        switch error {
        case .missing, .readableByOthers, .malformed: .configuration
        case .unreadable: .inputOutput
        case .exists, .cannotCreate: .cannotCreate
        }
    }

    private static func status(of error: ClientError) -> ExitStatus {
        switch error {
        case .unreachable: .unavailable
        case .refused(let status, _): status >= 500 ? .unavailable : .incomplete
        case .malformed: .internalFault
        case .badAddress: .usage
        case .cancelled: .incomplete
        }
    }

    private static func status(of error: FleetError) -> ExitStatus {
        switch error {
        case .cannotWrite: .cannotCreate
        case .doesNotListen, .didNotStart: .internalFault
        case .disagreement: .incomplete
        }
    }

    private static func status(of error: SettingsError) -> ExitStatus {
        switch error {
        case .badAddress: .configuration
        case .unknownHost(_, _, _, let isTemporary): isTemporary ? .unavailable : .configuration
        }
    }

    private static func status(of error: EnrollmentError) -> ExitStatus {
        switch error {
        case .unreachable: .unavailable
        case .otherCentral, .refused: .refused
        }
    }

    private static func status(of error: JournalError) -> ExitStatus {
        switch error {
        case .locked: .unavailable
        case .foreign: .configuration
        case .damaged: .damagedData
        case .full, .noRoom, .failed: .inputOutput
        case .keyReused, .reportExists, .unknownReport, .pruned, .reportFull, .nameTaken, .tooManyPeople,
            .entryTooLarge, .violation, .broken, .settingChanged, .tooManySettings:
            .internalFault
        }
    }
}
