package import FieldpostCore

/// Encodes a message as the bytes of one frame.
package enum MessageEncoder {
    /// The hello with only as many of its heads, and their receipts, as fit into the first frame that a peer accepts.
    /// The first heads are kept.
    package static func fitted(_ hello: Hello) -> Hello {
        var hello = hello
        while hello.heads.count > 1, !fits(hello) {
            let excess = encode(.hello(hello)).count - FrameLayout.lengthBytes - Limits.greetingFrameBytes
            // A head with its receipt takes less than 200 bytes.
            hello.heads.removeLast(min(max(excess / 200, 1), hello.heads.count - 1))
            let origins = Set(hello.heads.map(\.origin))
            hello.receipts.removeAll { !origins.contains($0.head.origin) }
        }
        return hello
    }

    private static func fits(_ hello: Hello) -> Bool {
        encode(.hello(hello)).count <= FrameLayout.lengthBytes + Limits.greetingFrameBytes
    }

    /// The whole frame, from its length to its checksum.
    ///
    /// The caller must keep the limits of PROTOCOL.md, section 11. The peer closes the session for a message that
    /// exceeds them.
    package static func encode(_ message: Message) -> [UInt8] {
        let parts = MessageWriter.parts(of: message)
        let dataPrefix = parts.data.map { FieldWriter.bytesPrefix(MessageWriter.dataField, count: $0.count) } ?? []
        let payload = parts.header.count + dataPrefix.count + (parts.data?.count ?? 0)
        let body = FrameLayout.leastBody + payload

        var frame: [UInt8] = []
        frame.reserveCapacity(FrameLayout.lengthBytes + body)
        FrameLayout.append(UInt32(body), to: &frame)
        frame.append(parts.type.rawValue)
        frame.append(0)  // flags: version 1 has none
        FrameLayout.append(parts.stream, to: &frame)
        frame.append(contentsOf: parts.header)
        frame.append(contentsOf: dataPrefix)
        if let data = parts.data { frame.append(contentsOf: data) }
        FrameLayout.append(FrameLayout.checksum(frame[...]), to: &frame)
        return frame
    }
}
