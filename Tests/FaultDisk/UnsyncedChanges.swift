/// The changes of a file since its last sync, in order.
struct UnsyncedChanges {
    private enum Change {
        /// `count` bytes at `offset` of the file. A copy of them is stored at `position`.
        case write(offset: Int, count: Int, position: Int)
        case resize(Int)
    }

    private static let sectorBytes = 512

    private var changes: [Change] = []
    private var copy: ByteStore?
    var isEmpty: Bool { changes.isEmpty }

    mutating func noteWrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let copy = copy ?? ByteStore()
        self.copy = copy
        changes.append(.write(offset: offset, count: bytes.count, position: copy.count))
        copy.write(bytes, at: copy.count)
    }

    mutating func noteResize(to size: Int) { changes.append(.resize(size)) }

    mutating func clear() {
        changes.removeAll(keepingCapacity: true)
        copy?.resize(to: 0)
    }

    func apply(to store: ByteStore) {
        for change in changes { apply(change, to: store) }
    }

    /// Applies what survives a power cut. Each change is kept whole with a chance of `keeping` in 8. Otherwise it is
    /// dropped or, if it spans sectors, torn.
    func applySome(to store: ByteStore, keeping: Int, random: inout Randomness) {
        for change in changes {
            if Int.random(in: 0..<8, using: &random) < keeping {
                apply(change, to: store)
            } else if case .write(let offset, let count, let position) = change {
                let kept = torn(offset: offset, count: count, random: &random)
                if kept > 0 { apply(.write(offset: offset, count: kept, position: position), to: store) }
            }
        }
    }

    private func apply(_ change: Change, to store: ByteStore) {
        switch change {
        case .write(let offset, let count, let position):
            copy?.withBytes(from: position, count: count) { store.write($0, at: offset) }
        case .resize(let size):
            store.resize(to: size)
        }
    }

    /// How many of a write's bytes reached the disk before the power was cut: 0, or up to a sector boundary.
    private func torn(offset: Int, count: Int, random: inout Randomness) -> Int {
        let first = offset / Self.sectorBytes + 1
        let boundaries = (offset + count - 1) / Self.sectorBytes - first + 1
        let drawn = Int.random(in: 0...boundaries, using: &random)
        return drawn == 0 ? 0 : (first + drawn - 1) * Self.sectorBytes - offset
    }
}
