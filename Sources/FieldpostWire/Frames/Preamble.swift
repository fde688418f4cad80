import FieldpostCore

/// The 8 bytes that each side sends before its first frame: "FLDPST", then the protocol's version as u16, big-endian
/// (PROTOCOL.md, section 2).
package enum Preamble {
    /// The version of the protocol that this program implements.
    package static let version: UInt16 = 1

    private static let magic = Array("FLDPST".utf8)

    package static let bytes = magic + [UInt8(version >> 8), UInt8(version & 0xFF)]

    /// Checks the bytes received so far. A peer of another kind is refused at its first wrong byte.
    ///
    /// Throws `badPreamble`, or `unsupportedVersion` when the peer's version is known and differs.
    static func check(_ start: ArraySlice<UInt8>) throws(Violation) {
        guard zip(start, magic).allSatisfy(==) else {
            throw Violation(.badPreamble, "the connection does not start with the Fieldpost preamble")
        }
        guard start.count >= bytes.count else { return }
        let offered = start.dropFirst(magic.count).prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        guard offered == version else {
            throw Violation(.unsupportedVersion, "the peer uses version \(offered), this side version \(version)")
        }
    }
}
