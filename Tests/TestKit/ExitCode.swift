/// Exit statuses of the program. The numbers are a promise to scripts: `fieldpost --help` lists them.
package enum ExitCode {
    package static let damagedData: Int32 = 65
    package static let inputOutput: Int32 = 74
    package static let refused: Int32 = 77
    package static let configuration: Int32 = 78
}
