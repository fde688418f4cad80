/// Small files outside SQLite, as one process sees them. Crashes, faults and counters apply to them as to SQLite's
/// files. After the death of the process, every call throws `.stale` and changes nothing.
package struct DiskFiles: Sendable {
    package let disk: FaultDisk
    let generation: Int

    /// The whole file; nil when it does not exist.
    package func read(_ name: String) throws(DiskError) -> [UInt8]? {
        try withState { state throws(DiskError) in
            guard let file = state.files[name] else { return nil }
            try state.admit(.read, name)
            return file.seen.bytes
        }
    }

    /// Overwrites bytes of the file, or creates it. The change is durable after `sync`.
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

    /// Returns false when the file does not exist. The deletion is durable after the next sync of any file.
    @discardableResult
    package func remove(_ name: String) throws(DiskError) -> Bool {
        try withState { state throws(DiskError) in try state.delete(name, syncDirectory: false) }
    }

    /// Nil when the file does not exist.
    package func size(of name: String) throws(DiskError) -> Int? {
        try withState { state throws(DiskError) in
            try state.admit(.size, name)
            return state.files[name]?.seen.count
        }
    }

    package func freeBytes() throws(DiskError) -> Int {
        try withState { state throws(DiskError) in max(state.capacityBytes - state.usedBytes, 0) }
    }

    /// Takes a lock that lasts until `unlock` or the death of the process. False when it is already taken.
    package func lock(_ name: String) throws(DiskError) -> Bool {
        try withState { state throws(DiskError) in
            try state.admit(.lock, name)
            return state.lockedNames.insert(name).inserted
        }
    }

    /// Does nothing for a dead process.
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
