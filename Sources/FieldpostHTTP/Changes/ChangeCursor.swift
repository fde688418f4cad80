import FieldpostCore

/// Where a reader of changes goes on, as an opaque text for clients: in which incarnation of the node, and before which
/// position.
struct ChangeCursor: Hashable {
    private static let form: UInt8 = 4

    let incarnation: Incarnation
    let position: Int64

    init(_ incarnation: Incarnation, _ position: Int64) { (self.incarnation, self.position) = (incarnation, position) }

    /// Returns nil if no node made the text.
    init?(text: String) {
        guard text.utf8.count <= 64, let bytes = Base64URL.decode(text), bytes.count == 25, bytes[0] == Self.form else {
            return nil
        }
        incarnation = Incarnation(bytes[1..<17].reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
        position = Int64(bitPattern: bytes[17...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        guard position > 0 else { return nil }
    }

    var text: String {
        Base64URL.encode(
            [Self.form] + withUnsafeBytes(of: incarnation.value.bigEndian) { Array($0) }
                + withUnsafeBytes(of: position.bigEndian) { Array($0) })
    }
}
