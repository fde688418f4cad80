/// The location of the sources of these tests.
enum Repository {
    /// The package's directory, derived from this file's path.
    static let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
}
