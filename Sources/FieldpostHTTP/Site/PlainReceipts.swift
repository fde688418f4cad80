import Crypto
import FieldpostCore

/// Draws the receipts of reports that come without a script. They follow from what was sent, by a key that this
/// process drew at its start and never writes down, so that a form that is sent again gets the same.
struct PlainReceipts: Sendable {
    struct Made: Sendable {
        /// 22 digits of base64url.
        let secret: String
        let receipt: ReportReceipt
    }

    private let key = SymmetricKey(size: .bits256)
    private let period: @Sendable () -> Int64

    /// `period`: a number that changes now and then.
    init(period: @escaping @Sendable () -> Int64) { self.period = period }

    func make(_ content: [UInt8], of client: String) -> Made {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array("\(period())\0\(client)\0".utf8))
        code.update(data: content)
        let secret = Array(code.finalize().prefix(ReportReceipt.byteCount))
        guard let receipt = ReportReceipt(secret: secret) else { preconditionFailure("an HMAC has 32 bytes") }
        return Made(secret: Base64URL.encode(secret), receipt: receipt)
    }
}

extension ReportReceipt {
    /// By which people name it on the phone: the first 30 bits of the hash, in Crockford's base 32, such as "F6Y-H4D".
    /// It opens nothing.
    var code: String {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let number = hash.bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let code = (0..<6).map { digits[Int(number >> (27 - 5 * UInt32($0))) & 31] }
        return String(code[..<3]) + "-" + String(code[3...])
    }
}
