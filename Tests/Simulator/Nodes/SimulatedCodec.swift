import FieldpostCore
import FieldpostWire

/// The product's codec, with a fault of a gateway: entries of a poisoned author become unreadable bytes.
struct SimulatedCodec: EntryCoding {
    static let poisoned = "poisoned"
    static let poisonedWithoutDot = "poisoned without a dot"

    private let codec = EntryCodec()

    func encode(_ entry: Entry) -> [UInt8] {
        let bytes = codec.encode(entry)
        switch entry.author {
        case Self.poisoned: return bytes.dropLast(2) + [0xFF]
        case Self.poisonedWithoutDot: return [0xFF, 0xFF] + bytes
        default: return bytes
        }
    }

    func open(_ bytes: [UInt8], at dot: Dot) -> SealedEntry { codec.open(bytes, at: dot) }

    func dot(of bytes: [UInt8]) -> Dot? { codec.dot(of: bytes) }
}
