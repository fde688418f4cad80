import FieldpostCore
import FieldpostWire
import NIOCore
import NIOEmbedded
import Testing

@testable import FieldpostTransport

@Suite struct FrameHandlerTests {
    private static let ping = MessageEncoder.encode(.ping(Ping(token: 7)))

    private let loop = EmbeddedEventLoop()
    private let channel: EmbeddedChannel

    init() throws {
        channel = EmbeddedChannel(handler: FrameHandler(), loop: loop)
        loop.advanceTime(by: .hours(1))
        try channel.writeInbound(ByteBuffer(bytes: Preamble.bytes))
    }

    @Test func `A slow message is reported once a second, then delivered`() throws {
        var told: [Int] = []
        for (index, byte) in Self.ping.dropLast().enumerated() {
            try channel.writeInbound(ByteBuffer(bytes: [byte]))
            if case .progress = try channel.readInbound(as: Arrival.self) { told.append(index) }
            loop.advanceTime(by: .milliseconds(250))
        }
        #expect(told == [0, 4, 8, 12])
        try channel.writeInbound(ByteBuffer(bytes: Self.ping.suffix(1)))
        #expect(try readToken() == 7)
        #expect(try channel.readInbound(as: Arrival.self) == nil)
    }

    @Test func `Complete messages are not also reported as progress`() throws {
        for _ in 0..<3 {
            loop.advanceTime(by: .seconds(5))
            try channel.writeInbound(ByteBuffer(bytes: Self.ping))
            #expect(try readToken() == 7)
        }
        #expect(try channel.readInbound(as: Arrival.self) == nil)
    }

    @Test func `A violation is reported once, and nothing after it`() throws {
        #expect { try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 1])) } throws: {
            ($0 as? Violation)?.code == .frameTooSmall
        }
        loop.advanceTime(by: .seconds(5))
        try channel.writeInbound(ByteBuffer(bytes: Self.ping))
        #expect(try channel.readInbound(as: Arrival.self) == nil)
    }

    private func readToken() throws -> UInt64? {
        if case .message(.ping(let ping)) = try channel.readInbound(as: Arrival.self) { ping.token } else { nil }
    }
}
