import FieldpostCore
import HTTPTypes

/// `Authorization: Receipt SECRET`: whoever sends it shows the receipt of a report. The secret is 128 bits as 22 digits
/// of base64url. It is never in a path, a query or a log.
enum ReceiptHeader {
    private static let scheme = "receipt"

    /// Whether the field shows a receipt, valid or not.
    static func isShown(_ authorization: String) -> Bool {
        authorization.split(separator: " ", maxSplits: 1).first.map { String($0).loweredField } == scheme
    }

    /// The receipt that a request shows. Throws `.unauthenticated`.
    static func receipt(_ headers: HTTPFields) throws(Problem) -> ReportReceipt {
        guard let receipt = receipt(try text(headers)) else { throw .noReceipt }
        return receipt
    }

    /// A receipt of 22 characters. Nil for another text.
    static func receipt(_ text: String) -> ReportReceipt? {
        guard text.utf8.count <= 64, let bytes = Base64URL.decode(text) else { return nil }
        return ReportReceipt(secret: bytes)
    }

    /// What follows the scheme, valid or not. Throws `.unauthenticated`.
    static func text(_ headers: HTTPFields) throws(Problem) -> String {
        guard let shown = headers[.authorization], isShown(shown),
            let text = shown.split(separator: " ", maxSplits: 1).dropFirst().first
        else { throw .noReceipt }
        return String(text)
    }
}

extension Problem {
    fileprivate static let noReceipt = Problem(
        .unauthenticated,
        "Show the receipt of the report: `Authorization: Receipt` with its 22 characters. Nothing was changed.",
        headers: [HTTPField(name: .wwwAuthenticate, value: "Receipt realm=\"fieldpost\"")])
}
