/// How the program ends (sysexits.h), for scripts and service managers.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case fine = 0
    /// Some of the work was refused: the lines above say which.
    case incomplete = 1
    case usage = 64
    case damagedData = 65
    case unavailable = 69
    case internalFault = 70
    case cannotCreate = 73
    case inputOutput = 74
    /// Central does not let this gateway in.
    case refused = 77
    case configuration = 78

    var meaning: String {
        switch self {
        case .fine: "all was done"
        case .incomplete: "part of it was refused; the output says what is safe and what is not"
        case .usage: "the command line is wrong"
        case .damagedData: "the journal is damaged; `fieldpost repair` builds it anew"
        case .unavailable: "the daemon or the address cannot be reached"
        case .internalFault: "a fault of this program"
        case .cannotCreate: "a file or directory cannot be made"
        case .inputOutput: "a file cannot be read or written"
        case .refused: "central does not let this gateway in"
        case .configuration: "the configuration or the key is wrong"
        }
    }

    /// For `--help`.
    static let table =
        "EXIT STATUS\n"
        + allCases.map { "  " + DisplayWidth.pad("\($0.rawValue)", columns: 3) + " \($0.meaning)" }
        .joined(separator: "\n")

    /// For `--help`, below what is to be said first.
    static func table(below text: String) -> String { text + "\n\n" + table }
}
