import Glibc
import NIOCore

/// A server that could not listen where it was told to.
package struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    package let place: String
    package let reason: String

    package var description: String {
        "Cannot serve on \(place): \(reason). Nothing was changed; free the address, or set another one."
    }

    init(place: String, reason: String) {
        self.place = place
        self.reason = reason
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
