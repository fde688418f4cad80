import FieldpostCore

/// One setting, described in one place for flags, environment, files, the commented file of `init`, and error messages.
struct Setting: Sendable {
    /// The key in a file.
    let key: String
    /// The environment variable; nil when only a file can set it.
    let environment: String?
    /// The flag without the dashes; nil when there is none.
    let flag: String?
    let kind: Kind
    /// The roles that have this setting.
    let roles: Set<Role>
    /// The default, for people.
    let standard: String
    /// The example after `key:` in a file made by `init`.
    let example: String
    /// The example for central, when it differs.
    var exampleAtCentral: String?
    /// The meaning, in sentences, with the unit if there is one.
    let meaning: String

    func example(for role: Role) -> String { role == .central ? exampleAtCentral ?? example : example }

    /// The allowed form of a value.
    enum Kind: Sendable {
        /// A name: see `NameRule`.
        case text
        /// The path of a file.
        case file
        /// A directory in which a socket can be bound.
        case directory
        /// "host:port"; port 0 means any free port.
        case address
        /// Several "host:port"; port 0 is not allowed.
        case peers
        /// Several names without spaces.
        case texts
        /// true or false.
        case boolean
        case choice([String])
        /// A number with a unit, such as "14d": see `Span`.
        case span
        /// A number of bytes with a unit, such as "25MiB": see `ByteSize`.
        case size
        /// A mapping that only a file can hold: see `LinkSettings`.
        case links

        var isList: Bool {
            switch self {
            case .peers, .texts: true
            case .text, .file, .directory, .address, .boolean, .choice, .span, .size, .links: false
            }
        }
    }
}
