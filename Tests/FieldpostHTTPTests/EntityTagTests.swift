import FieldpostCore
import Testing

@testable import FieldpostHTTP

/// The header field that names a version.
func tag(_ version: ReportVersion) -> String { EntityTag(version).header }

@Suite struct EntityTagTests {
    private static func version(origins: Int) -> ReportVersion {
        let pairs = (0..<origins).map { number in
            (Origin(node: NodeID(publicKey: "node \(number)".utf8), incarnation: Incarnation(7)), UInt64(number + 1))
        }
        return ReportVersion(context: VersionVector(pairs), depth: UInt64(origins))
    }

    @Test(arguments: [0, 1, 2, 3, Limits.contextOrigins]) func `a version comes back from its tag`(origins: Int) {
        let version = Self.version(origins: origins)
        #expect(EntityTag(text: EntityTag(version).text)?.version == version)
    }

    @Test func `a tag with too many origins is refused`() {
        #expect(EntityTag(text: EntityTag(Self.version(origins: Limits.contextOrigins + 1)).text) == nil)
    }

    @Test func `a tag whose bytes were changed to an invalid form is refused`() throws {
        let good = try #require(Base64URL.decode(EntityTag(Self.version(origins: 2)).text))
        // If a complete pair is cut off, the rest is the tag of an earlier version.
        for count in good.indices where count != 65 {
            #expect(EntityTag(text: Base64URL.encode(Array(good[..<count]))) == nil)
        }
        let depthZero = [1] + [UInt8](repeating: 0, count: 8) + good[9...]
        let newForm = [2] + good[1...]
        let unordered = Array(good[..<9]) + good[65...] + good[9..<65]
        let twice = Array(good[..<65]) + good[9..<65]
        let seqZero = Array(good[..<113]) + [UInt8](repeating: 0, count: 8)
        let seqHuge = Array(good[..<113]) + [UInt8](repeating: 255, count: 8)
        let depthHuge = [1] + [UInt8](repeating: 255, count: 8) + good[9...]
        for bytes in [depthZero, Array(newForm), unordered, twice, seqZero, seqHuge, depthHuge] {
            #expect(EntityTag(text: Base64URL.encode(bytes)) == nil)
        }
        for text in ["", "*", "AQ==", "AQAAAAAAAAAA=", "AQAAAAAAAAAB!", String(repeating: "A", count: 100_000)] {
            #expect(EntityTag(text: text) == nil)
        }
    }
}
