import CZlib
import FieldpostCore
import HTTPTypes

/// How a body was compressed (`Content-Encoding`; RFC 9110, section 8.4).
enum ContentCoding: Hashable {
    case identity
    case gzip
    case deflate

    /// Throws `.unsupportedMediaType` for another coding and for several codings. The error names the codings that are
    /// accepted.
    init(_ headers: HTTPFields) throws(Problem) {
        let codings = (headers[.contentEncoding] ?? "").fieldMembers.filter { $0 != "identity" }
        switch codings {
        case []: self = .identity
        case ["gzip"], ["x-gzip"]: self = .gzip
        case ["deflate"]: self = .deflate
        default:
            throw Problem(
                .unsupportedMediaType,
                "The body may be compressed once, by gzip or deflate, or not at all. `Content-Encoding` names "
                    + "another coding. Nothing was changed.",
                headers: [HTTPField(name: .acceptEncoding, value: "gzip, deflate, identity")])
        }
    }

    /// The body itself, at most `Limits.requestBodyBytes`. Throws `.tooLarge` before more memory is taken, and
    /// `.badRequest` if the body is not compressed as announced.
    func decoded(_ bytes: [UInt8]) throws(Problem) -> [UInt8] {
        switch self {
        case .identity: return bytes
        case .gzip: return try Self.inflate(bytes, windowBits: 15 + 16)
        case .deflate:
            // With zlib's header, as the standard requires, or without it, as some clients send it.
            let isZlib = bytes.count >= 2 && bytes[0] & 0x0F == 8 && (Int(bytes[0]) << 8 + Int(bytes[1])) % 31 == 0
            return try Self.inflate(bytes, windowBits: isZlib ? 15 : -15)
        }
    }

    private static let stepBytes = 16 * 1024

    /// A gzip body may have several members (RFC 1952, section 2.2).
    private static func inflate(_ bytes: [UInt8], windowBits: Int32) throws(Problem) -> [UInt8] {
        var stream = z_stream()
        let opened = inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib cannot start to inflate: \(opened)")
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var step = [UInt8](repeating: 0, count: stepBytes)
        let ending = bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            while true {
                let (result, produced) = step.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    let result = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return (result, buffer.count - Int(stream.avail_out))
                }
                output.append(contentsOf: step[..<produced])
                guard output.count <= Limits.requestBodyBytes else { return result }
                if result == Z_STREAM_END, stream.avail_in > 0, windowBits > 15, inflateReset(&stream) == Z_OK {
                    continue
                }
                guard result == Z_OK else { return result }
            }
        }
        guard output.count <= Limits.requestBodyBytes else { throw .bodyTooLarge }
        guard ending == Z_STREAM_END, stream.avail_in == 0 else {
            throw Problem(
                .badRequest,
                "The body is incomplete, or not compressed as `Content-Encoding` says. Nothing was changed. Send it "
                    + "again, or uncompressed.")
        }
        return output
    }
}
