import CQREncode
import FieldpostCore

/// A QR code (ISO/IEC 18004), made by libqrencode.
package struct QRCode {
    /// The modules of one side, without the quiet zone.
    private let width: Int
    /// By rows. True: dark.
    private let modules: [Bool]

    /// Errors of about 15 % of the code can be corrected (level M). Throws `Problem` for a text of more than
    /// `Limits.qrBytes` bytes, and for one with a NUL.
    package init(_ text: String) throws(Problem) {
        guard (1...Limits.qrBytes).contains(text.utf8.count), !text.utf8.contains(0),
            let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1)
        else {
            throw Problem(.badQuery, "The address is too long for a QR code. Shorten it. Nothing was changed.")
        }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        let count = width * width
        // The lowest bit of each byte says whether the module is dark.
        modules = (0..<count).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// As a picture with the quiet zone of four modules that readers need. `title`: what it is, for people who do not
    /// see it. A text of the caller's, as it is.
    package func svg(title: String) -> String {
        let side = width + 8
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                guard modules[row * width + column] else {
                    column += 1
                    continue
                }
                var end = column
                while end < width, modules[row * width + end] { end += 1 }
                path += "M\(column + 4) \(row + 4)h\(end - column)v1h-\(end - column)z"
                column = end
            }
        }
        let named = title.isEmpty ? "" : "<title>\(PageText.escaped(title))</title>"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" role="img" \
            shape-rendering="crispEdges">\(named)<path fill="#fff" d="M0 0h\(side)v\(side)H0z"/>\
            <path d="\(path)"/></svg>
            """
    }
}
