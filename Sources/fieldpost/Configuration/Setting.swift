import FieldpostCore

/// One setting, described once: flags, environment, files, `init`'s commented file and error messages all read this.
struct Setting: Sendable {
    /// As it stands in a file.
    let key: String
    /// Its environment variable; nil: the file alone has it.
    let environment: String?
    /// Its flag without the dashes; nil: there is none.
    let flag: String?
    let kind: Kind
    /// The roles that know it.
    let roles: Set<Role>
    /// What holds when no layer says otherwise, for people.
    let standard: String
    /// What stands behind `key:` in a file made by `init`.
    let example: String
    /// The same for central, where another one is of more use.
    var exampleAtCentral: String?
    /// What it means, in sentences; the unit where there is one.
    let meaning: String

    func example(for role: Role) -> String { role == .central ? exampleAtCentral ?? example : example }

    /// What a value must look like.
    enum Kind: Sendable {
        /// A name: see `NameRule`.
        case text
        /// A file's path.
        case file
        /// A directory in which a socket can be bound.
        case directory
        /// "host:port"; port 0 takes any free one.
        case address
        /// "host:port", several, no port 0.
        case peers
        /// Several names without blanks.
        case texts
        /// true or false.
        case boolean
        case choice([String])
        /// A number and its unit, as in "14d": see `Span`.
        case span

        var isList: Bool {
            switch self {
            case .peers, .texts: true
            case .text, .file, .directory, .address, .boolean, .choice, .span: false
            }
        }
    }
}
