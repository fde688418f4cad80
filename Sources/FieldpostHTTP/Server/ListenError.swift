import Glibc
import NIOCore
import ServiceLifecycle

/// A server cannot listen at the given address.
package struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    package let place: String
    package let reason: String

    package var description: String {
        "Cannot serve on \(place): \(reason). Nothing was changed. Free the address, or set another one."
    }

    init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }

    /// Throws if a server ended without being told to, because its socket failed.
    static func throwUnlessEnding(place: String) throws(ListenError) {
        guard Task.isCancelled || Task.isShuttingDownGracefully else {
            throw ListenError(place: place, reason: "the system accepts no more connections")
        }
    }

    init(_ error: any Error, place: String) {
        self.place = place
        reason =
            switch error {
            case let error as IOError: String(cString: strerror(error.errnoCode))
            case SocketAddressError.unixDomainSocketPathTooLong: "the path is too long for a socket"
            default: String(describing: error)
            }
    }
}
