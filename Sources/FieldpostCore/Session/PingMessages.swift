package struct Ping: Hashable, Sendable {
    package var token: UInt64
    package init(token: UInt64) { self.token = token }
}

package struct Pong: Hashable, Sendable {
    package var token: UInt64
    package var clock: ClockReading

    package init(token: UInt64, clock: ClockReading) {
        self.token = token
        self.clock = clock
    }
}
