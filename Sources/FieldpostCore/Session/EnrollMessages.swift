/// A gateway's request for enrollment, on a connection that serves nothing else. TLS has proved its identity.
package struct Enroll: Hashable, Sendable {
    /// The name and the grids that the gateway proposes. Central decides.
    package var name: String
    package var grids: [String]
    /// A token made at central for one gateway. When it is nil, a person at central decides.
    package var token: TokenSecret?

    package init(name: String, grids: [String], token: TokenSecret?) {
        self.name = name
        self.grids = grids
        self.token = token
    }
}

/// Central's answer, unless it refuses.
package struct Enrolled: Hashable, Sendable {
    /// Central's name, for people.
    package var central: String
    /// Nil while the gateway waits for a person at central.
    package var admission: Admission?

    /// The gateway's name at central, and the grids whose reports it may see.
    package struct Admission: Hashable, Sendable {
        package var name: String
        package var grids: [String]

        package init(name: String, grids: [String]) {
            self.name = name
            self.grids = grids
        }
    }

    package init(central: String, admission: Admission?) {
        self.central = central
        self.admission = admission
    }
}
