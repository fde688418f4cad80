import Glibc

/// Why no thumbnail was made. Its text is one line on standard error.
enum Refusal: Error, CustomStringConvertible {
    /// The picture is not one that this program decodes.
    case picture(String)
    /// A call to the system failed, with its error number.
    case system(String, CInt)
    /// The program was started in a wrong way.
    case usage

    /// The exit status (sysexits.h): EX_DATAERR, EX_OSERR, EX_USAGE.
    var status: CInt {
        switch self {
        case .picture: 65
        case .system: 71
        case .usage: 64
        }
    }

    var description: String {
        switch self {
        case .picture(let reason): reason
        case .system(let call, let number): "\(call): \(String(cString: strerror(number)))"
        case .usage:
            "takes no arguments. Give a JPEG photo on standard input, if need be after one digit: its Exif orientation."
        }
    }
}
