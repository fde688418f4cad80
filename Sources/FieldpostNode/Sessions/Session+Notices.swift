import FieldpostCore
import FieldpostStore
import FieldpostTransport
import Logging

/// What a session tells the rest of the node, in order.
extension Session {
    func tell(_ notice: Notice) async {
        switch notice {
        case .connected(let hello):
            let replaced = await context.registry.connected(self, to: hello)
            if let replaced, replaced !== self { await replaced.leave("a newer session with this node began") }
            // A new incarnation may have begun since this side sent its hello.
            if context.journal.origin.incarnation != self.hello.incarnation {
                leave("this node began a new incarnation of its journal")
            }
            // An administrator may have changed this gateway.
            if let enrollment = known.enrollment,
                let now = try? await context.journal.enrollment(of: enrollment.gateway), now != enrollment
            {
                leave("central's administrators changed this gateway")
            }
            await grew()  // what was written between the hello and now
            context.logger.info(
                "connected",
                metadata: ["peer": "\(hello.name)", "node": "\(hello.node.short)", "address": "\(channel.address)"])
        case .heard(let node): await context.registry.heard(from: node)
        case .offered(let head, let node): await context.registry.offered(head, by: node)
        case .measured(let node, let offset, let uncertainty):
            await context.registry.measured(node, offset: offset, uncertainty: uncertainty)
        case .status(let status, let node): await context.registry.told(status, by: node)
        case .moved(let node, let entriesBytes, let wireBytes):
            await context.registry.moved(node, entriesBytes: entriesBytes, wireBytes: wireBytes)
        case .refusedAsClone(let node): await context.registry.refusedAsClone(by: node)
        case .receipt:
            if let peer { await context.registry.accepted(by: peer.node) }
            await onReceipt()
        }
    }
}
