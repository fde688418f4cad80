/// The exit statuses of the program (sysexits.h), for scripts and service managers.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case fine = 0
    /// Part of the work was refused. The output says which part.
    case incomplete = 1
    /// Of `fieldpost doctor` alone.
    case warnings = 2
    case faults = 3
    case usage = 64
    case damagedData = 65
    case unavailable = 69
    case internalFault = 70
    case cannotCreate = 73
    case inputOutput = 74
    /// Central refuses this gateway.
    case refused = 77
    case configuration = 78

    var meaning: String {
        switch self {
        case .fine: "success"
        case .incomplete: "some work was refused; the output says what is safe and what is not"
        case .warnings: "`fieldpost doctor` found something to look at, and no fault"
        case .faults: "`fieldpost doctor` found a fault"
        case .usage: "the command line is wrong"
        case .damagedData: "the journal is damaged; run `fieldpost repair`"
        case .unavailable: "the daemon or the address cannot be reached"
        case .internalFault: "an internal error of this program"
        case .cannotCreate: "a file or directory cannot be created"
        case .inputOutput: "a file cannot be read or written"
        case .refused: "central refuses this gateway"
        case .configuration: "the configuration or the key is wrong"
        }
    }

    /// For `--help`.
    static let table =
        "EXIT STATUS\n"
        + allCases.map { "  " + DisplayWidth.pad("\($0.rawValue)", columns: 3) + " \($0.meaning)" }
        .joined(separator: "\n")

    /// For `--help`, below another text.
    static func table(below text: String) -> String { text + "\n\n" + table }
}
