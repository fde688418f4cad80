import FieldpostCore

/// Central's side of the list of people who may log in at a gateway: it sends the list when the gateway holds another.
struct PeopleServing: Sendable {
    /// The digest of the list that the gateway holds, or that was sent to it. Nil: the gateway takes no list.
    private var held: Hash256?
    private var hasBegun = false
    private var isReading = false
    /// Something changed after the list was read.
    private var isOutdated = false

    init(held: Hash256?) { self.held = held }

    /// The gateway was registered. `list`: as it was then.
    mutating func begin(with list: PeopleList?, into effects: inout [SessionEffect]) {
        hasBegun = true
        if let list { send(list, into: &effects) }
        if isOutdated { read(into: &effects) }
    }

    mutating func changed(into effects: inout [SessionEffect]) {
        guard held != nil else { return }
        if hasBegun, !isReading { read(into: &effects) } else { isOutdated = true }
    }

    mutating func read(_ list: PeopleList, into effects: inout [SessionEffect]) {
        isReading = false
        send(list, into: &effects)
        if isOutdated { read(into: &effects) }
    }

    private mutating func read(into effects: inout [SessionEffect]) {
        (isReading, isOutdated) = (true, false)
        effects.append(.read(.people))
    }

    private mutating func send(_ list: PeopleList, into effects: inout [SessionEffect]) {
        guard let held, list.digest != held else { return }
        self.held = list.digest
        effects.append(.send(.people(list)))
    }
}
