import Crypto

extension Report {
    /// SHA-256 of the merged state. It is equal on two nodes exactly when they show the same fields, siblings and
    /// lists.
    ///
    /// Every part is preceded by its length or count, so no two states share an encoding. Entry ids identify the
    /// writes. Dots and clocks are left out, because an entry may move to another dot. When one id stands for several
    /// writes, their contents decide the order.
    package var digest: Hash256 {
        var state = CanonicalHash(tag: "fieldpost report 1")
        state.add(id)
        state.add(count: fields.count)
        for (name, register) in fields.sorted(by: { $0.key < $1.key }) {
            state.add(name.rawValue)
            state.add(count: register.siblings.count)
            for sibling in register.siblings {
                state.add(sibling.value)
                state.add(count: sibling.writes.count)
                for write in sibling.writes { state.add(write.entry) }
            }
        }
        state.add(notes) {
            $0.add($1.text)
            $0.add($1.audience)
        }
        state.add(traces) {
            $0.add($1.stage)
            $0.add($1.department)
            $0.add($1.text)
            $0.addDetails(of: $1)
            $0.add($1.audience)
        }
        state.add(attachments) {
            $0.add($1.blob.bytes)
            $0.add($1.mediaType)
            $0.add(count: Int(clamping: $1.byteCount))
            $0.addDetails(of: $1)
        }
        return state.finish()
    }

    /// One digest over many reports: SHA-256 of (id ‖ digest) in the order of ids.
    package static func digest(ofSorted reports: some Sequence<(ReportID, Hash256)>) -> Hash256 {
        var state = CanonicalHash(tag: "fieldpost reports 1")
        for (id, digest) in reports {
            state.add(id)
            state.add(digest)
        }
        return state.finish()
    }
}

private struct CanonicalHash {
    private static let bufferBytes = 4096

    private var hasher = SHA256()
    /// Many small parts are hashed together: a call for each part costs more than the hashing.
    private var buffer: [UInt8] = []

    init(tag: String) {
        buffer.reserveCapacity(Self.bufferBytes)
        add(tag)
    }

    /// The hash of one part alone, used to order parts.
    init() {}

    mutating func add(count: Int) {
        if buffer.count > Self.bufferBytes / 2 {
            hasher.update(data: buffer)
            buffer.removeAll(keepingCapacity: true)
        }
        withUnsafeBytes(of: UInt64(truncatingIfNeeded: count).bigEndian) { buffer.append(contentsOf: $0) }
    }

    mutating func add(_ bytes: [UInt8]) {
        add(count: bytes.count)
        buffer.append(contentsOf: bytes)
    }

    mutating func add(_ id: some Identifier128) {
        add(count: EntryID.byteCount)
        id.append(to: &buffer)
    }

    mutating func add(_ hash: Hash256) {
        add(count: Hash256.byteCount)
        hash.append(to: &buffer)
    }

    mutating func add(_ text: String) {
        add(count: text.utf8.count)
        buffer.append(contentsOf: text.utf8)
    }

    mutating func add(_ value: FieldValue) {
        switch value {
        case .text(let text):
            add(count: 1)
            add(text)
        case .integer(let number):
            add(count: 2)
            add(count: Int(number))
        case .location(let location):
            add(count: 3)
            add(count: Int(location.latitudeE7))
            add(count: Int(location.longitudeE7))
            add(location.datum.rawValue)
            add(count: Int(location.accuracyCentimetres))
        case .cleared:
            add(count: 4)
        }
    }

    /// Nothing if there are none. What follows an attachment otherwise begins with a length, which is never −1.
    mutating func addDetails(of attachment: Attachment) {
        guard attachment.hasDetails else { return }
        add(count: -1)
        add(attachment.role)
        add(attachment.capturedAt)
        add(count: Int(attachment.headingCentidegrees))
        if let location = attachment.location { add(.location(location)) } else { add(count: 0) }
    }

    /// Nothing if there are none, as for attachments.
    mutating func addDetails(of trace: Trace) {
        guard trace.hasDetails else { return }
        add(count: -1)
        for text in trace.details { add(text) }
        for number in trace.numbers { add(count: Int(number)) }
    }

    /// Nothing for words that are for staff. What follows an element otherwise begins with a count or −1.
    mutating func add(_ audience: Audience) {
        guard audience != .inside else { return }
        add(count: -2)
        add(count: Int(audience.rawValue))
    }

    mutating func add<Value>(_ elements: [Element<Value>], _ each: (inout CanonicalHash, Value) -> Void) {
        add(count: elements.count)
        for element in elements.sorted(by: { $0.isHashedBefore($1, each) }) {
            add(element.id.entry)
            add(count: Int(element.id.index))
            each(&self, element.value)
        }
    }

    consuming func finish() -> Hash256 {
        hasher.update(data: buffer)
        return Hash256(hasher.finalize())
    }
}

extension Element {
    /// The order in the digest: by id; when one id is used twice, by the hash of the content.
    fileprivate func isHashedBefore(_ other: Element, _ each: (inout CanonicalHash, Value) -> Void) -> Bool {
        id == other.id ? hash(each) < other.hash(each) : id < other.id
    }

    private func hash(_ each: (inout CanonicalHash, Value) -> Void) -> Hash256 {
        var state = CanonicalHash()
        each(&state, value)
        return state.finish()
    }
}

extension FieldValue {
    /// SHA-256 of the value, encoded as in the digest of a report.
    var canonicalHash: Hash256 {
        var state = CanonicalHash()
        state.add(self)
        return state.finish()
    }
}
