import FieldpostHTTP
import FieldpostStore

/// A form has the same parts however its bytes are cut, and gives back no more than came. The header fields of uploads
/// are read as they would be written.
enum UploadTarget {
    private static let boundary = "b7"

    /// Input: a byte that says what the rest is.
    static func run(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        let text = String(decoding: rest, as: UTF8.self)
        switch kind % 4 {
        case 0: checkForm(rest)
        case 1: checkMetadata(text)
        case 2: _ = PieceChecksum(tus: text)
        default: checkRange(text)
        }
    }

    static let examples: [[UInt8]] = [
        (
            0,
            "--b7\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\napp\r\n--b7 \r\n"
                + "content-disposition: form-data; name=a; filename=\"路 \\\"1\\\".jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n\r\n--b\r\n\r\r\n--b7--\r\nend"
        ),
        (0, "x\r\n--b7\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--b7--"), (0, "--b7--"),
        (1, "filetype aW1hZ2UvanBlZw==,filename 6Lev,is_confidential"), (1, "a YQ==,a YQ=="),
        (2, "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk="), (2, "sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (3, "bytes=0-99"), (3, "bytes=-5"), (3, "bytes=99999999999999999999-"),
    ].map { [$0] + Array($1.utf8) }

    private static func checkForm(_ bytes: [UInt8]) {
        let whole = events(bytes, piece: max(bytes.count, 1))
        for piece in [1, 3, 17] {
            precondition(events(bytes, piece: piece) == whole, "a form depends on how it is cut")
        }
        let content = whole.reduce(0) { sum, event in
            if case .bytes(let bytes) = event { sum + bytes.count } else { sum }
        }
        precondition(content <= bytes.count, "a form has more bytes than came")
    }

    /// Bytes that follow each other are joined. Nil stands for a fault, and for a form that is cut off.
    private static func events(_ bytes: [UInt8], piece: Int) -> [FormParser.Event?] {
        var parser = FormParser(boundary: boundary)
        var events: [FormParser.Event?] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            guard let found = try? parser.take(Array(bytes[start..<min(start + piece, bytes.count)])) else {
                // How much came before the fault depends on the pieces.
                return [nil]
            }
            for event in found {
                if case .bytes(let more) = event, case .bytes(let before)?? = events.last {
                    events[events.count - 1] = .bytes(before + more)
                } else {
                    events.append(event)
                }
            }
        }
        return (try? parser.end()) == nil ? [nil] : events
    }

    private static func checkMetadata(_ text: String) {
        guard let metadata = try? UploadMetadata(text) else { return }
        guard let written = UploadMetadata.text(mediaType: metadata.mediaType) else { return }
        let again = try? UploadMetadata(written)
        precondition(again?.mediaType.utf8.elementsEqual(metadata.mediaType.utf8) == true, "a media type changes")
    }

    private static func checkRange(_ text: String) {
        for size in [0, 1, 100, UInt64.max] {
            guard case .part(let range) = ByteRange(text, of: size) else { continue }
            precondition(!range.isEmpty && range.upperBound <= size, "a range outside of the file")
        }
    }
}
