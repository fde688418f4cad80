/// What `fieldpost version` says.
enum ProgramVersion {
    static let text = "0.1.0"
    /// The wire protocol's version in the preamble.
    static let wire = 1
}
