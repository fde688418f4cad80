import FieldpostCore
import FieldpostWire

/// A connection's bytes give the same messages and the same violation however they are cut. Each message that was read
/// can be written and read again unchanged.
enum FrameTarget {
    struct Outcome: Equatable {
        var messages: [Message] = []
        var violation: Violation?
    }

    static func run(_ bytes: [UInt8]) {
        let whole = read([bytes[...]])
        let third = bytes.count / 3
        let cut = read([bytes[..<third], bytes[third..<(bytes.count - third)], bytes[(bytes.count - third)...]])
        precondition(cut == whole, "cut in three, a stream reads differently")
        let single = bytes.prefix(512)
        precondition(
            read(single.indices.map { bytes[$0...$0] }) == read([single]), "byte by byte, a stream reads differently")
        for message in whole.messages { check(message) }
    }

    static func read(_ pieces: [ArraySlice<UInt8>]) -> Outcome {
        var decoder = MessageDecoder()
        var outcome = Outcome()
        do throws(Violation) {
            for piece in pieces {
                decoder.append(piece)
                while let message = try decoder.next() { outcome.messages.append(message) }
            }
            try decoder.finish()
        } catch {
            outcome.violation = error
        }
        return outcome
    }

    /// A message that was read can be written again. Only fields of a later version are lost then.
    static func check(_ message: Message) {
        var decoder = MessageDecoder()
        decoder.append(Preamble.bytes)
        if case .hello = message {} else { decoder.append(greeting) }
        decoder.append(MessageEncoder.encode(message))
        do throws(Violation) {
            var last: Message?
            while let next = try decoder.next() { last = next }
            precondition(last == message, "after writing it again, a message reads differently")
        } catch {
            preconditionFailure("a message that was read is refused when it is written again: \(error.detail)")
        }
    }

    /// A hello. After it, frames may be large.
    static let greeting = MessageEncoder.encode(
        .hello(
            Hello(
                node: NodeID(Hash256(hashing: [])), role: .gateway, name: "fuzz", incarnation: Incarnation(1),
                boot: BootID(1), clock: ClockReading(wallMilliseconds: 1, quality: .unknown), linkClass: "",
                frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known, heads: [], receipts: [],
                grids: [])))
}
