import FieldpostWire

/// The version of Fieldpost.
package enum Version {
    /// The version of the program (semver.org).
    package static let text = "0.1.0"
    /// The version of the wire protocol.
    package static let wire = Int(Preamble.version)
}
