/// A terminal that is paired with a person: whoever holds it acts as that person.
package struct PairingState: Codable, Hashable, Sendable {
    package var terminal: String
    package var person: String
    /// Of the reports of the terminal.
    package var channel: String

    package init(terminal: String, person: String, channel: String) {
        self.terminal = terminal
        self.person = person
        self.channel = channel
    }
}

/// `GET /v1/pairings`
package struct PairingList: Codable, Hashable, Sendable {
    package var pairings: [PairingState]

    package init(pairings: [PairingState]) { self.pairings = pairings }
}

/// A code that somebody asked for.
package struct NewPairingCode: Codable, Hashable, Sendable {
    package var code: String
    /// What a QR code shows.
    package var text: String
    /// How long the code can be redeemed.
    package var seconds: Int

    package init(code: String, text: String, seconds: Int) {
        self.code = code
        self.text = text
        self.seconds = seconds
    }
}

/// A code that a terminal redeemed.
package struct NewPairing: Codable, Hashable, Sendable {
    package var terminal: String
    package var person: String
    /// It is shown only this once.
    package var token: String

    package init(terminal: String, person: String, token: String) {
        self.terminal = terminal
        self.person = person
        self.token = token
    }
}
