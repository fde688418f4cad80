package import FieldpostCore
package import FieldpostTransport
import FieldpostWire
import Foundation
import NIOPosix

/// A peer with the key of a gateway that central knows. It says what a test wants.
package struct FakeGateway: Sendable {
    package let identity: TLSIdentity
    package let central: Endpoint
    /// What it calls its own journal.
    package let origin: Origin

    /// `directory`: of a node that is enrolled.
    package init(in directory: String, central: Endpoint) throws {
        identity = try TLSIdentity(pem: String(contentsOfFile: directory + "/node.key", encoding: .utf8))
        self.central = central
        origin = Origin(node: identity.node, incarnation: Incarnation(1))
    }

    /// One session. It ends when `speak` returns, and when `limit` does.
    package func visit(
        until limit: @escaping @Sendable () async -> Void,
        _ speak: @escaping @Sendable (PeerChannel.Inbound, PeerChannel.Outbound) async -> Void
    ) async throws {
        let channel = try await Transport.dial(
            central, security: .tls(identity, for: .session), group: MultiThreadedEventLoopGroup.singleton)
        _ = try await channel.identify()
        try await channel.converse { inbound, outbound in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await limit() }
                group.addTask { await speak(inbound, outbound) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// `node`: nil for its own.
    package func hello(
        as node: NodeID? = nil, name: String = "", heads: [Head], receipts: [Receipt] = [], grids: [String] = []
    ) -> Hello {
        Hello(
            node: node ?? identity.node, role: .gateway, name: name, incarnation: origin.incarnation, boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 1, quality: .unknown), linkClass: "",
            frameBytes: UInt32(Limits.frameBytes), dictionaries: Dictionaries.known, heads: heads, receipts: receipts,
            grids: grids)
    }

    /// The answer to a pull: `entries` follow what central has.
    package func batch(_ pull: Pull, _ entries: [[UInt8]]) -> Batch {
        let body = BatchCodec.compress(entries)
        return Batch(
            stream: pull.stream, origin: origin, firstSeq: pull.after.seq + 1,
            lastSeq: pull.after.seq + UInt64(body.count), chainBefore: pull.after.chain, body: body)
    }

    /// The bytes of an entry that writes these fields.
    package static func entry(
        _ dot: Dot, report: ReportID = .random(), author: String = "", _ fields: [FieldName: FieldValue]
    ) -> [UInt8] {
        EntryCodec().encode(
            Entry(
                id: .random(), dot: dot, report: report, previousSeq: 0, context: VersionVector(), depth: 1,
                author: author, stamp: .unknown, change: Change(fields: fields)))
    }
}
