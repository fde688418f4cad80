import FieldpostCore

/// The messages of an enrolment, from their generated types, each checked.
enum EnrolReader {
    static func enrol(_ wire: WireEnrol) throws(Violation) -> Enrol {
        var token: TokenSecret?
        if !wire.token.isEmpty { token = try MessageParts.id(wire.token, "token") }
        return Enrol(
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
