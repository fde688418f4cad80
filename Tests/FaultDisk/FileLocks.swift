/// SQLite's five lock levels on a database file, between the handles of one process.
struct FileLocks {
    enum Level: Int32, Comparable {
        case none, shared, reserved, pending, exclusive

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private var levels: [Int: Level] = [:]

    var isReserved: Bool { levels.values.contains { $0 >= .reserved } }

    /// Raises a handle's level. Returns false when other handles prevent it. A handle that waits for readers to end
    /// keeps `.pending`, which admits no new readers.
    mutating func raise(_ handle: Int, to level: Level) -> Bool {
        let current = levels[handle] ?? .none
        guard current < level else { return true }
        let others = levels.filter { $0.key != handle }.values
        switch level {
        case .none, .shared:
            if others.contains(where: { $0 >= .pending }) { return false }
        case .reserved, .pending:
            if others.contains(where: { $0 >= .reserved }) { return false }
        case .exclusive:
            if others.contains(where: { $0 >= .pending }) { return false }
            levels[handle] = .pending
            if !others.isEmpty { return false }
        }
        levels[handle] = level
        return true
    }

    /// Lowers a handle's level to `.shared` or `.none`.
    mutating func lower(_ handle: Int, to level: Level) {
        guard let current = levels[handle], level < current else { return }
        levels[handle] = level == .none ? nil : level
    }
}
