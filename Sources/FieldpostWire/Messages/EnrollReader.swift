import FieldpostCore

/// Converts the messages of an enrollment from their generated types, and checks each.
enum EnrollReader {
    static func enroll(_ wire: WireEnroll) throws(Violation) -> Enroll {
        var token: TokenSecret?
        if !wire.token.isEmpty { token = try MessageParts.id(wire.token, "token") }
        return Enroll(
            name: try MessageParts.text(wire.name, "name"), grids: try MessageParts.grids(wire.grids), token: token)
    }

    static func enrolled(_ wire: WireEnrolled) throws(Violation) -> Enrolled {
        let name = try MessageParts.text(wire.name, "name")
        let grids = try MessageParts.grids(wire.grids)
        return Enrolled(
            central: try MessageParts.text(wire.central, "central"),
            admission: wire.isAdmitted ? Enrolled.Admission(name: name, grids: grids) : nil)
    }
}
