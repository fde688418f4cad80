import FieldpostCore
import FieldpostWire
import Foundation
import Testing

extension WireTests {
    @Suite struct FrameTests {
        private let ping = MessageEncoder.encode(.ping(Ping(token: 7)))

        @Test(arguments: 0..<40 as Range<UInt64>)
        func `A stream gives the same messages however it is cut`(seed: UInt64) {
            var random = Seed(seed)
            let messages = [.hello(random.hello())] + random.list(6) { $0.message() }
            let stream = Preamble.bytes + messages.flatMap(MessageEncoder.encode)
            let outcome = DecoderVerifier.outcome(of: stream)
            #expect(outcome == .init(messages: messages, violation: nil), "replay: seed \(seed)")
        }

        @Test(arguments: 0..<400 as Range<UInt64>)
        func `A damaged stream gives a violation or fewer messages, never a crash or an invented message`(
            seed: UInt64
        ) {
            var random = Seed(seed)
            let messages = [.hello(random.hello())] + random.list(3) { $0.message() }
            var stream = Preamble.bytes + messages.flatMap(MessageEncoder.encode)
            let index = random.number(0...stream.count - 1)
            stream[index] ^= UInt8(random.number(1...255))
            let outcome = DecoderVerifier.feed([stream[...]])
            #expect(messages.starts(with: outcome.messages), "replay: seed \(seed)")
            #expect(outcome.violation != nil, "replay: seed \(seed)")
        }

        @Test func `Large frames are accepted only after the greeting`() throws {
            let data = Seed.incompressible(200_000)
            let body = CompressedEntries(codec: .stored, dictionary: 0, count: 1, rawBytes: 200_000, data: data)
            let batch = FeedBatch(stream: 1, upTo: FeedCursor(incarnation: Incarnation(1), position: 1), body: body)
            let frame = MessageEncoder.encode(.feedBatch(batch))

            var early = MessageDecoder()
            early.append(Preamble.bytes + frame)
            #expect { try early.next() } throws: { ($0 as? Violation)?.code == .frameTooLarge }

            // Directly after the hello, in the same read.
            let hello = Preamble.bytes + MessageEncoder.encode(.hello(Samples.hello))
            let both = DecoderVerifier.Outcome(messages: [.hello(Samples.hello), .feedBatch(batch)])
            #expect(DecoderVerifier.feed([(hello + frame)[...]]) == both)
            #expect(DecoderVerifier.feed([hello[...], frame[...]]) == both)
            #expect(DecoderVerifier.feed([(hello + frame.prefix(5))[...], frame.dropFirst(5)]) == both)
        }

        @Test func `An incomplete frame is distinguished from no frame`() throws {
            var decoder = MessageDecoder()
            #expect(!decoder.isInsideFrame)
            decoder.append(Preamble.bytes + ping.prefix(1))
            #expect(try decoder.next() == nil)
            #expect(decoder.isInsideFrame)
            decoder.append(ping.dropFirst())
            #expect(try decoder.next() == .ping(Ping(token: 7)))
            #expect(try decoder.next() == nil)
            #expect(!decoder.isInsideFrame)
        }

        @Test func `Lists may be as long as their limits`() {
            let points = (1...UInt64(Limits.locatePoints)).map { Head(origin: Samples.origin, seq: $0, chain: .zero) }
            let seqs = (0..<UInt64(Limits.listedOrigins)).map { $0 + 1 }
            let messages: [Message] = [
                .hello(Samples.hello), .locate(Locate(points: points)),
                .receipt(Receipt(head: Samples.head, quarantined: seqs)),
            ]
            let stream = Preamble.bytes + messages.flatMap(MessageEncoder.encode)
            #expect(DecoderVerifier.feed([stream[...]]) == .init(messages: messages))
        }

        @Test func `A hello is shortened to fit a greeting, and keeps its first heads`() throws {
            var hello = Samples.hello
            hello.heads = (1...UInt128(Limits.greetingOrigins)).map { number in
                let origin = Origin(node: hello.node, incarnation: Incarnation(number))
                return Head(origin: origin, seq: Limits.seq, chain: .zero)
            }
            hello.receipts = hello.heads.map { Receipt(head: $0) }
            hello.grids = (0..<1024).map { "\($0)-abc".padding(toLength: 8, withPad: "x", startingAt: 0) }
            #expect(MessageEncoder.encode(.hello(hello)).count > Limits.greetingFrameBytes)
            let fitted = MessageEncoder.fitted(hello)
            #expect(fitted.heads == Array(hello.heads.prefix(fitted.heads.count)) && fitted.heads.count >= 16)
            #expect(fitted.receipts == Array(hello.receipts.prefix(fitted.heads.count)) && fitted.grids == hello.grids)
            let stream = Preamble.bytes + MessageEncoder.encode(.hello(fitted))
            #expect(DecoderVerifier.outcome(of: stream) == .init(messages: [.hello(fitted)]))
            #expect(MessageEncoder.fitted(Samples.hello) == Samples.hello)
        }

        @Test func `An end inside a frame is distinguished from an end between frames`() throws {
            var decoder = MessageDecoder()
            decoder.append(Preamble.bytes + ping)
            #expect(try decoder.next() == .ping(Ping(token: 7)))
            try decoder.finish()
            decoder.append(ping.dropLast())
            #expect(try decoder.next() == nil)
            #expect { try decoder.finish() } throws: { ($0 as? Violation)?.code == .frameTooSmall }
        }

        @Test func `A violation is final`() {
            var decoder = MessageDecoder()
            decoder.append(Array("GET / HTTP/1.1\r\n\r\n".utf8))
            #expect { try decoder.next() } throws: { ($0 as? Violation)?.code == .badPreamble }
            decoder.append(Preamble.bytes + ping)
            #expect { try decoder.next() } throws: { ($0 as? Violation)?.code == .badPreamble }
        }

        @Test func `Fields of a later version are ignored`() throws {
            // A ping whose payload also has a field 99 with three bytes.
            let payload: [UInt8] = [0x08, 0x07, 0x9A, 0x06, 0x03, 1, 2, 3]
            let outcome = DecoderVerifier.outcome(of: Preamble.bytes + RawFrame(type: 11, payload: payload).bytes)
            #expect(outcome == .init(messages: [.ping(Ping(token: 7))]))
        }
    }
}

extension Seed {
    static func incompressible(_ count: Int) -> [UInt8] {
        var random = Seed(UInt64(count))
        return random.bytes(count)
    }
}
