// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Hears from the kernel when a link of this machine comes up, or gets an address or a route (rtnetlink(7)).
final class LinkWatch: Sendable {
    private let listeners = Mutex<[@Sendable () -> Void]>([])
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// From now on, `listener` is called when a link comes up. It must be quick.
    func onUp(_ listener: @escaping @Sendable () -> Void) { listeners.withLock { $0.append(listener) } }

    /// Runs until the task is cancelled. Where the kernel refuses, says so once and returns: then only time ends the
    /// waits.
    func run() async {
        while !Task.isCancelled {
            guard let descriptor = Self.open(),
                let channel = try? await NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .channelInitializer({ channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(LinkNewsHandler { self.linkIsUp() })
                        }
                    })
                    .takingOwnershipOfDescriptor(input: descriptor).get()
            else {
                return logger.notice("cannot watch this machine's links; after an outage, dials wait for the backoff")
            }
            await withTaskCancellationHandler {
                _ = try? await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            // The kernel had more news than it could hold, so something has changed.
            linkIsUp()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func linkIsUp() {
        for listener in listeners.withLock({ $0 }) { listener() }
    }

    /// A socket in the network namespace of the calling thread. Nil where the kernel or a sandbox refuses.
    static func open() -> CInt? {
        let descriptor = socket(
            AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        // `struct sockaddr_nl`: family, padding, port (0: the kernel chooses), groups.
        var address: (UInt16, UInt16, UInt32, UInt32) = (UInt16(AF_NETLINK), 0, 0, LinkNews.groups)
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        guard isBound else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}

/// Reads the kernel's messages about links, addresses and routes (netlink(7), rtnetlink(7)).
enum LinkNews {
    /// RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR and RTMGRP_IPV6_ROUTE.
    static let groups: UInt32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400

    private static let headerBytes = 16
    private static let newLink: UInt16 = 16
    private static let newAddress: UInt16 = 20
    private static let newRoute: UInt16 = 24
    /// IFF_UP and IFF_RUNNING.
    private static let upAndRunning: UInt32 = 0x1 | 0x40

    /// Whether one of these messages says that a link is up, or has a new address or route. The last message may be
    /// cut off.
    static func sayLinkIsUp(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start + headerBytes <= bytes.count {
            let length = Int(read(UInt32.self, bytes, at: start))
            switch read(UInt16.self, bytes, at: start + 4) {
            case newAddress, newRoute: return true
            // `struct ifinfomsg` has the flags after 8 bytes.
            case newLink where start + headerBytes + 12 <= bytes.count:
                let flags = read(UInt32.self, bytes, at: start + headerBytes + 8)
                if flags & upAndRunning == upAndRunning { return true }
            default: break
            }
            guard length >= headerBytes else { return false }
            start += (length + 3) & ~3
        }
        return false
    }

    /// Netlink uses the byte order of the machine.
    private static func read<Number: FixedWidthInteger>(_: Number.Type, _ bytes: [UInt8], at index: Int) -> Number {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: Number.self) }
    }
}

private final class LinkNewsHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onUp: @Sendable () -> Void

    init(onUp: @escaping @Sendable () -> Void) { self.onUp = onUp }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if LinkNews.sayLinkIsUp(Array(buffer: unwrapInboundIn(data))) { onUp() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
