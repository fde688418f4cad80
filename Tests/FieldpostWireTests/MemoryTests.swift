import FieldpostCore
import Foundation
import Testing

@testable import FieldpostWire

extension WireTests {
    /// Forged sizes cost no memory: the peak resident size of the process hardly changes.
    @Suite struct MemoryTests {
        private static let allowedGrowth = 8 * 1024 * 1024

        @Test(arguments: ["length-2-gib", "batch-raw-2-gib", "bomb-claimed", "bomb-hidden", "hello-heads-1025"])
        func `A forged stream takes no memory`(name: String) throws {
            let published: MustRejectCase = try ProtocolFiles.read("must-reject/\(name).json")
            let bytes = try #require(published.bytes)
            try expectNoGrowth {
                for _ in 0..<200 { _ = MustRejectTests.violation(of: DecoderVerifier.feed([bytes[...]])) }
            }
        }

        @Test(arguments: ["entry-context-65000", "entry-context-65000-origins"])
        func `A context of 65,000 pairs takes no memory`(name: String) throws {
            let published: MustRejectCase = try ProtocolFiles.read("must-reject/\(name).json")
            let bytes = try #require(published.bytes)
            try expectNoGrowth {
                for _ in 0..<20 { _ = EntryCodec().open(bytes, at: Samples.created.dot) }
            }
        }

        @Test func `A bomb of 64 MiB is inflated only as far as it claims`() throws {
            let zeros = Deflater.deflate([UInt8](repeating: 0, count: 64 * 1024 * 1024), dictionary: [])
            let bomb = CompressedEntries(codec: .deflate, dictionary: 0, count: 1, rawBytes: 64 * 1024, data: zeros)
            try expectNoGrowth {
                #expect { try BatchCodec.expand(bomb) } throws: { ($0 as? Violation)?.code == .inflateTooLarge }
            }
        }

        /// Other tests in the process also take memory, so the smallest growth of several tries counts. Work that takes
        /// memory takes it every time.
        private func expectNoGrowth(_ work: () -> Void) throws {
            work()  // what is created only once is created before the measurement
            var least = Int.max
            for _ in 0..<50 where least > Self.allowedGrowth {
                // Resets the high-water mark to the present resident size (Linux, proc(5)).
                try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
                let before = try Self.highWater()
                work()
                least = min(least, try Self.highWater() - before)
            }
            #expect(least <= Self.allowedGrowth, "\(least) bytes")
        }

        private static func highWater() throws -> Int {
            let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            let kibibytes = try #require(
                line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
            return kibibytes * 1024
        }
    }
}
