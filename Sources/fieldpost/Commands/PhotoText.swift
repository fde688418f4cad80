import FieldpostClient

/// A photo or clip of a report for people.
enum PhotoText {
    /// "现场 The scene, image/jpeg, 182.0 KiB, here, 0190a5…"
    static func attachment(_ element: JSONValue) -> String {
        var parts: [String] = []
        if let role = element["role"]?.text {
            let words = [element["label"]?["zh"]?.text, element["label"]?["en"]?.text].compactMap { $0 }
            parts.append(words.isEmpty ? role : words.joined(separator: " "))
        }
        parts += [element["media_type"]?.text].compactMap { $0 }
        let size = Quantity.bytes(Int(clamping: element["bytes"]))
        if element["bytes"] != nil { parts.append(size) }
        parts += [element["captured_at"]?.text].compactMap { $0 }
        let refusal = element["refused"]?.text.map(refusal)
        switch element["place"]?.text {
        case "here": parts.append("here" + (refusal.map { ", but refused by a peer (\($0))" } ?? ""))
        case "announced": parts.append("not here yet")
        case "refused": parts.append("refused" + (refusal.map { " (\($0))" } ?? ""))
        case "on-the-way":
            parts.append("on the way (\(Quantity.bytes(Int(clamping: element["bytes_here"]))) of \(size) here)")
        default: break
        }
        return (parts + [element["sha256"]?.text ?? ""]).joined(separator: ", ")
    }

    /// Why a photo was refused. A reason of a later version is shown as it is.
    static func refusal(_ reason: String) -> String {
        switch reason {
        case "too-large": "too large"
        case "wrong-hash": "its bytes have another hash"
        case "no-room": "no room on the disk"
        default: reason.visibleLine
        }
    }
}

extension Int {
    /// A number of a JSON answer; 0 if there is none.
    fileprivate init(clamping value: JSONValue?) {
        let number = value?.double ?? 0
        self = number >= 0 && number < 0x1p62 ? Int(number) : 0
    }
}
