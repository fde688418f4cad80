/// Small files outside SQLite, as one process sees them: the same crashes, faults and counters as SQLite's. Once that
/// process is dead, every call throws `.stale` and changes nothing.
package struct DiskFiles: Sendable {
    package let disk: FaultDisk
    let generation: Int

    /// The whole file; nil when there is none.
    package func read(_ name: String) throws(DiskError) -> [UInt8]? {
        try withState { state throws(DiskError) in
            guard let file = state.files[name] else { return nil }
            try state.admit(.read, name)
            return file.seen.bytes
        }
    }

    /// Writes over what there is; makes the file when there is none. Durable after `sync`.
    package func write(_ name: String, at offset: Int = 0, _ bytes: [UInt8]) throws(DiskError) {
        try withState { state throws(DiskError) in
            let file = state.make(name)
            try bytes.withUnsafeBytes { buffer in
                let memory = CallerMemory(buffer.baseAddress, count: buffer.count)
                return Result { () throws(DiskError) in try state.write(file, memory, at: offset) }
            }.get()
        }
    }

    package func truncate(_ name: String, to size: Int) throws(DiskError) {
        try withState { state throws(DiskError) in try state.truncate(state.make(name), to: size) }
    }

    package func sync(_ name: String) throws(DiskError) {
        try withState { state throws(DiskError) in try state.sync(state.make(name)) }
    }

    /// Returns false when there was no such file. Durable after the next sync of any file.
    @discardableResult
    package func remove(_ name: String) throws(DiskError) -> Bool {
        try withState { state throws(DiskError) in try state.delete(name, syncDirectory: false) }
    }

    /// Nil when there is no such file.
    package func size(of name: String) throws(DiskError) -> Int? {
        try withState { state throws(DiskError) in
            try state.admit(.size, name)
            return state.files[name]?.seen.count
        }
    }

    package func freeBytes() throws(DiskError) -> Int {
        try withState { state throws(DiskError) in max(state.capacityBytes - state.usedBytes, 0) }
    }

    /// Takes a lock that lasts until `unlock` or the death of the process. False when it is taken already.
    package func lock(_ name: String) throws(DiskError) -> Bool {
        try withState { state throws(DiskError) in
            try state.admit(.lock, name)
            return state.lockedNames.insert(name).inserted
        }
    }

    /// Of a dead process this does nothing.
    package func unlock(_ name: String) {
        disk.withState { state in
            if state.generation == generation { state.lockedNames.remove(name) }
        }
    }

    private func withState<Value: Sendable>(
        _ body: (inout DiskState) throws(DiskError) -> Value
    ) throws(DiskError) -> Value {
        try disk.withState { state throws(DiskError) in
            guard state.generation == generation else { throw .stale }
            return try body(&state)
        }
    }
}
