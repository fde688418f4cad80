import FieldpostWire

/// Which Fieldpost this is.
package enum Version {
    /// Of the program (semver.org).
    package static let text = "0.1.0"
    /// Of the wire protocol.
    package static let wire = Int(Preamble.version)
}
