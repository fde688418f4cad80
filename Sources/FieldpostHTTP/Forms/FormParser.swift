import FieldpostCore

/// Takes the body of a form apart as it arrives (RFC 7578, RFC 2046). It holds back less than a boundary of the
/// content, and at most `Limits.formHeadBytes` of the head of a part.
package struct FormParser: Sendable {
    package enum Event: Hashable, Sendable {
        case part(FormPart)
        /// Bytes of the part that began last.
        case bytes([UInt8])
        /// All of that part has come.
        case partEnds
        /// What follows is ignored.
        case formEnds
    }

    package enum Fault: Error, Hashable, Sendable {
        /// A part has no name, or its head cannot be read.
        case badHead
        case headTooLong
        case tooManyParts
        /// The form ended before its last boundary.
        case cut
    }

    private enum State: Hashable {
        case beforeFirst, afterBoundary, head, content, ended
    }

    private var state = State.beforeFirst
    /// The first boundary stands at the beginning, or behind a line break.
    private var held: [UInt8] = [0x0D, 0x0A]
    private let delimiter: [UInt8]
    private var parts = 0

    package init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// Takes the next bytes, and gives what they complete.
    package mutating func take(_ bytes: [UInt8]) throws(Fault) -> [Event] {
        guard state != .ended else { return [] }
        held += bytes
        var events: [Event] = []
        var start = 0
        while try step(&start, &events) {}
        held.removeFirst(start)
        return events
    }

    /// The body has ended.
    package func end() throws(Fault) {
        guard state == .ended else { throw .cut }
    }

    /// Returns false when more bytes are needed, or none.
    private mutating func step(_ start: inout Int, _ events: inout [Event]) throws(Fault) -> Bool {
        switch state {
        case .beforeFirst, .content:
            let found = find(delimiter, from: start)
            // What could be the beginning of a boundary is held back.
            let end = found ?? max(start, held.count - delimiter.count + 1)
            if state == .content, end > start { events.append(.bytes(Array(held[start..<end]))) }
            start = found.map { $0 + delimiter.count } ?? end
            guard found != nil else { return false }
            if state == .content { events.append(.partEnds) }
            state = .afterBoundary
        case .afterBoundary:
            guard held.count - start >= 2 else { return false }
            if held[start] == UInt8(ascii: "-"), held[start + 1] == UInt8(ascii: "-") {
                events.append(.formEnds)
                (state, start) = (.ended, held.count)
                return false
            }
            // Blanks may follow a boundary.
            guard let end = try end(of: [0x0D, 0x0A], from: start) else { return false }
            guard held[start..<end].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { throw .badHead }
            // The line break belongs to the head, so that an empty head ends like any other.
            (state, start) = (.head, end)
        case .head:
            guard let end = try end(of: [0x0D, 0x0A, 0x0D, 0x0A], from: start) else { return false }
            guard parts < Limits.formParts else { throw .tooManyParts }
            guard let part = FormPart(head: held[start..<end]) else { throw .badHead }
            parts += 1
            events.append(.part(part))
            (state, start) = (.content, end + 4)
        case .ended: return false
        }
        return true
    }

    /// Where the line or the head ends. Nil if more bytes are needed to tell.
    private func end(of pattern: [UInt8], from start: Int) throws(Fault) -> Int? {
        let end = find(pattern, from: start)
        // Of a pattern that is not whole yet, all but the last byte may be here.
        let length = end.map { $0 - start } ?? held.count - start - pattern.count + 1
        guard length <= Limits.formHeadBytes else { throw .headTooLong }
        return end
    }

    /// The first place of some bytes, which begin with a carriage return.
    private func find(_ pattern: [UInt8], from start: Int) -> Int? {
        var place = start
        while let next = held[place...].firstIndex(of: pattern[0]), next + pattern.count <= held.count {
            if held[next..<next + pattern.count].elementsEqual(pattern) { return next }
            place = next + 1
        }
        return nil
    }
}

/// The head of one part of a form.
package struct FormPart: Hashable, Sendable {
    package let name: String
    /// Nil for a text. Empty if the person chose no file.
    package let fileName: String?
    /// As the client declared it; empty if it did not.
    package let mediaType: String

    /// `head`: lines, each behind a line break. Nil without a name, and for a coding that changes the bytes.
    init?(head: ArraySlice<UInt8>) {
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        var disposition: String?
        var mediaType = ""
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmedField
            switch line[..<colon].trimmedField.loweredField {
            case "content-disposition":
                guard disposition == nil else { return nil }
                disposition = value
            case "content-type": mediaType = value
            case "content-transfer-encoding":
                guard ["binary", "7bit", "8bit"].contains(value.loweredField) else { return nil }
            default: break
            }
        }
        guard let disposition, let parameters = Self.parameters(disposition), let name = parameters["name"],
            !name.isEmpty
        else { return nil }
        self.name = name
        fileName = parameters["filename"] ?? parameters["filename*"]
        self.mediaType = mediaType
    }

    /// The parameters of `form-data`. Nil for another text.
    private static func parameters(_ text: String) -> [String: String]? {
        var rest = Substring(text).utf8
        let type = rest.prefix { $0 != UInt8(ascii: ";") }
        guard Substring(type).trimmedField.loweredField == "form-data" else { return nil }
        rest.removeFirst(type.count)
        var parameters: [String: String] = [:]
        while rest.popFirst() != nil {
            let name = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
            rest.removeFirst(name.count)
            guard rest.first == UInt8(ascii: "=") else {
                guard Substring(name).trimmedField.isEmpty else { return nil }
                continue
            }
            rest.removeFirst()
            guard let value = value(&rest),
                parameters.updateValue(value, forKey: Substring(name).trimmedField.loweredField) == nil
            else { return nil }
        }
        return parameters
    }

    /// In quotes, with a backslash before a quote or a backslash, or up to the next semicolon.
    private static func value(_ rest: inout Substring.UTF8View) -> String? {
        guard rest.first == UInt8(ascii: "\"") else {
            let value = rest.prefix { $0 != UInt8(ascii: ";") }
            rest.removeFirst(value.count)
            return Substring(value).trimmedField
        }
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                let blank = rest.prefix { $0 != UInt8(ascii: ";") }
                guard Substring(blank).trimmedField.isEmpty else { return nil }
                rest.removeFirst(blank.count)
                return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\") where rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "\\"):
                if let escaped = rest.popFirst() { bytes.append(escaped) }
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
