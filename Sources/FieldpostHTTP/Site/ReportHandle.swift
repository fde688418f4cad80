import Crypto
import FieldpostCore

/// Stands for a report where strangers must not learn its id: whoever knows an id could send a report with the same id
/// to another node. Only the node that gave a handle reads it.
struct ReportHandle: Sendable {
    private let key: SymmetricKey

    /// `secret`: of this node, 32 bytes.
    init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// 59 digits of base64url, others at each call.
    func text(for report: ReportID) throws -> String {
        guard let sealed = try AES.GCM.seal(report.bytes, using: key).combined else { throw Problem.internalError }
        return Base64URL.encode(Array(sealed))
    }

    /// Nil for a text that this node did not make.
    func report(_ text: String) -> ReportID? {
        guard text.utf8.count <= 64, let bytes = Base64URL.decode(text),
            let sealed = try? AES.GCM.SealedBox(combined: bytes), let opened = try? AES.GCM.open(sealed, using: key)
        else { return nil }
        return ReportID(bytes: Array(opened))
    }
}
