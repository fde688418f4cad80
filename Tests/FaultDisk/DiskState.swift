/// The state that a disk's lock guards: files, open handles, faults and counters.
struct DiskState {
    struct Handle {
        let file: DiskFile
        let isTemporary: Bool
    }

    private struct Rename {
        let file: DiskFile
        let name: String
        let other: String
        /// The file that had the other name.
        let replaced: DiskFile?
    }

    private(set) var files: [String: DiskFile] = [:]
    var capacityBytes: Int
    private(set) var usedBytes = 0
    /// Increases at each death of the process that uses the disk.
    private(set) var generation = 0
    private(set) var powerCuts = 0
    var plans: [FaultPlan] = []
    var areFaultsHeld = false
    private(set) var counts = [Int](repeating: 0, count: DiskCall.allCases.count)
    private(set) var faultsMet = 0
    /// The names that the process has locked, outside SQLite.
    var lockedNames: Set<String> = []

    var handles: [Int: Handle] = [:]
    /// Memory that handles of dead processes still map.
    private var orphans: [Int: SharedMemory] = [:]
    private var lastHandle = 0
    /// Deleted files. They return at a power cut before the next sync.
    private var deletions: [DiskFile] = []
    /// Renames that a power cut may undo.
    private var renames: [Rename] = []
    private var random: Randomness

    init(seed: UInt64, capacityBytes: Int) {
        random = Randomness(seed: seed)
        self.capacityBytes = capacityBytes
    }

    // MARK: Calls

    /// Counts a call, and throws the error of an armed fault.
    mutating func admit(_ call: DiskCall, _ name: String) throws(DiskError) {
        counts[call.rawValue] += 1
        guard !plans.isEmpty, !areFaultsHeld else { return }
        var met: DiskFault?
        for index in plans.indices {
            let fault = plans[index].strike(call, name)
            met = met ?? fault
        }
        guard let met else { return }
        faultsMet += 1
        switch met {
        case .ioError: throw .ioError(call)
        case .full: throw call == .write || call == .truncate ? .full : .ioError(call)
        case .shortRead: throw call == .read ? .shortRead : .ioError(call)
        case .kill:
            kill()
            throw .stale
        case .powerCut:
            cutPower(.random)
            throw .stale
        }
    }

    func file(_ handle: Int) throws(DiskError) -> DiskFile {
        guard let handle = handles[handle] else { throw .stale }
        return handle.file
    }

    mutating func open(_ name: String, create: Bool, exclusive: Bool, temporary: Bool) throws(DiskError) -> Int {
        try admit(.open, name)
        if files[name] != nil, exclusive { throw .ioError(.open) }
        guard let file = files[name] ?? (create ? make(name) : nil) else { throw .ioError(.open) }
        lastHandle += 1
        handles[lastHandle] = Handle(file: file, isTemporary: temporary)
        return lastHandle
    }

    mutating func close(_ number: Int) {
        orphans[number] = nil
        unmap(number)
        guard let handle = handles.removeValue(forKey: number) else { return }
        handle.file.locks.lower(number, to: .none)
        if handle.isTemporary, handle.file.isLinked { delete(handle.file) }
    }

    /// Returns how many bytes there were. The rest of `target` is filled with zeros.
    mutating func read(_ file: DiskFile, into target: CallerMemory, at offset: Int) throws(DiskError) -> Int {
        do { try admit(.read, file.name) } catch {
            guard error == .shortRead else { throw error }
            return file.seen.read(into: target.writable, at: .max)
        }
        return file.seen.read(into: target.writable, at: offset)
    }

    mutating func write(_ file: DiskFile, _ bytes: CallerMemory, at offset: Int) throws(DiskError) {
        try admit(.write, file.name)
        try reserve(file, offset + bytes.readable.count)
        file.write(bytes.readable, at: offset)
    }

    mutating func truncate(_ file: DiskFile, to size: Int) throws(DiskError) {
        try admit(.truncate, file.name)
        try reserve(file, size)
        if file.isLinked { usedBytes += min(size - file.seen.count, 0) }
        file.resize(to: size)
    }

    mutating func sync(_ file: DiskFile) throws(DiskError) {
        do { try admit(.sync, file.name) } catch {
            if case .ioError = error { file.failSync() }
            throw error
        }
        file.sync()
        deletions = []
    }

    /// Returns false when the file does not exist.
    mutating func delete(_ name: String, syncDirectory: Bool) throws(DiskError) -> Bool {
        try admit(.delete, name)
        guard let file = files[name] else { return false }
        delete(file)
        if syncDirectory { deletions = [] }
        return true
    }

    mutating func rename(_ name: String, to other: String) throws(DiskError) {
        try admit(.rename, name)
        guard let file = files[name] else { throw .ioError(.rename) }
        let replaced = files[other]
        replaced?.isLinked = false
        usedBytes -= replaced?.seen.count ?? 0
        (files[name], files[other], file.name) = (nil, file, other)
        renames.append(Rename(file: file, name: name, other: other, replaced: replaced))
    }

    /// Makes the names in a directory durable: its files, and what was renamed into it or deleted from it.
    mutating func syncDirectory(_ directory: String) throws(DiskError) {
        try admit(.syncDirectory, directory)
        for (name, file) in files where DiskFile.directory(of: name) == directory { file.nameIsDurable() }
        renames.removeAll { DiskFile.directory(of: $0.other) == directory }
        deletions.removeAll { DiskFile.directory(of: $0.name) == directory }
    }

    /// Maps a region of a file's shared memory; nil when it does not exist and must not be created.
    mutating func map(_ number: Int, region: Int, bytes: Int, extend: Bool) throws(DiskError) -> UInt? {
        let file = try file(number)
        try admit(.sharedMemory, file.name)
        let memory = file.sharedMemory ?? SharedMemory()
        file.sharedMemory = memory
        memory.handles.insert(number)
        return memory.region(region, bytes: bytes, extend: extend).map { UInt(bitPattern: $0) }
    }

    mutating func unmap(_ number: Int) {
        guard let file = handles[number]?.file, let memory = file.sharedMemory else { return }
        memory.remove(number)
        if memory.handles.isEmpty { file.sharedMemory = nil }
    }

    /// The file with a name. It is created if it does not exist.
    mutating func make(_ name: String) -> DiskFile {
        if let file = files[name] { return file }
        let file = DiskFile(name)
        files[name] = file
        return file
    }

    /// Reserves space for a file of this size, or throws `.full`.
    private mutating func reserve(_ file: DiskFile, _ size: Int) throws(DiskError) {
        let growth = size - file.seen.count
        guard file.isLinked, growth > 0 else { return }
        guard usedBytes + growth <= capacityBytes else { throw .full }
        usedBytes += growth
    }

    private mutating func delete(_ file: DiskFile) {
        files[file.name] = nil
        file.isLinked = false
        usedBytes -= file.seen.count
        if file.isDurable { deletions.append(file) }
    }

    // MARK: Faults and damage

    mutating func kill() {
        for (number, handle) in handles {
            if let memory = handle.file.sharedMemory, memory.handles.contains(number) { orphans[number] = memory }
        }
        handles = [:]
        lockedNames = []
        generation += 1
        for file in files.values {
            file.locks = FileLocks()
            file.sharedMemory = nil
        }
    }

    mutating func cutPower(_ cut: PowerCut) {
        kill()
        powerCuts += 1
        // Drawn once for each cut, so that some cuts keep nearly everything and some nearly nothing.
        let keeping = Int.random(in: 0...8, using: &random)
        undoRenames(cut, keeping: keeping)
        for (name, file) in files.sorted(by: { $0.key < $1.key })
        where !file.loseUnsynced(cut, keeping: keeping, random: &random) { files[name] = nil }
        for file in deletions where files[file.name] == nil {
            if case .random = cut, Int.random(in: 0..<8, using: &random) < keeping { continue }
            files[file.name] = DiskFile(file.name, durable: file.durable)
        }
        deletions = []
        countUsed()
    }

    private mutating func undoRenames(_ cut: PowerCut, keeping: Int) {
        for rename in renames.reversed() where files[rename.other] === rename.file {
            if case .random = cut, Int.random(in: 0..<8, using: &random) < keeping { continue }
            rename.replaced?.isLinked = true
            (files[rename.other], files[rename.name]) = (rename.replaced, rename.file)
            rename.file.name = rename.name
        }
        renames = []
    }

    /// Puts a file's bytes on the medium, or removes the file.
    mutating func place(_ name: String, _ bytes: [UInt8]?) {
        files[name]?.isLinked = false
        files[name] = bytes.map { DiskFile(name, durable: ByteStore($0)) }
        deletions.removeAll { $0.name == name }
        renames.removeAll { $0.name == name || $0.other == name }
        countUsed()
    }

    mutating func countUsed() { usedBytes = files.values.reduce(0) { $0 + $1.seen.count } }
}
