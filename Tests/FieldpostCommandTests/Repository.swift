/// Where the sources of these tests lie.
enum Repository {
    /// The package's directory: three steps up from this file.
    static let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}
