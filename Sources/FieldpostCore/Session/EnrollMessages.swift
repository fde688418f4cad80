/// A gateway asks central to let it in, on a connection that serves nothing else. TLS has shown who it is.
package struct Enroll: Hashable, Sendable {
    /// What people call it, and the grids that it would serve: what central decides holds.
    package var name: String
    package var grids: [String]
    /// Made at central for one gateway; nil: a person there decides.
    package var token: TokenSecret?

    package init(name: String, grids: [String], token: TokenSecret?) {
        self.name = name
        self.grids = grids
        self.token = token
    }
}

/// Central's answer, when it does not refuse.
package struct Enrolled: Hashable, Sendable {
    /// What people call central.
    package var central: String
    /// Nil while the gateway waits for a person at central.
    package var admission: Admission?

    /// What central calls the gateway, and the grids whose reports it may see.
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
