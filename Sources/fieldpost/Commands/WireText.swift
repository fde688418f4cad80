import FieldpostClient
import FieldpostCore
import FieldpostWire

/// The output of `fieldpost wire explain`.
enum WireText {
    static func text(_ stream: ExplainedStream) -> String {
        var lines: [String] = []
        if let version = stream.preambleVersion { lines.append("0  preamble  version \(version)") }
        for frame in stream.frames { lines += self.lines(frame) }
        if let end = stream.end {
            lines.append(
                "\(end.offset)  !! \(end.violation) (PROTOCOL.md, \(end.clause)). From here on, nothing can be read.")
        }
        let entries = stream.frames.reduce(0) { $0 + $1.entries.count }
        lines.append(
            "\(Quantity.count(stream.frames.count, "frame")), \(Quantity.count(entries, "entry", "entries"))"
                + (stream.isSound ? ", all well-formed" : ", not all well-formed"))
        return lines.map { $0.visibleLine + "\n" }.joined()
    }

    private static func lines(_ frame: ExplainedFrame) -> [String] {
        let name = frame.name ?? "type \(frame.type)"
        var lines = [
            "\(frame.offset)  \(name)  \(Quantity.count(frame.byteCount, "byte"))"
                + (frame.stream > 0 ? ", stream \(frame.stream)" : "")
        ]
        lines += frame.fields.map { "    \($0.name): \($0.value.line)" }
        for entry in frame.entries {
            lines.append("    - " + self.line(entry))
            lines += entry.values.map { "        \($0.name): \($0.text)" }
        }
        if let fault = frame.fault { lines.append("    !! \(fault) (PROTOCOL.md, \(fault.code.clause))") }
        return lines
    }

    private static func line(_ entry: ExplainedEntry) -> String {
        var parts = [entry.dot.map { "\($0)" } ?? "no dot"]
        if let kind = entry.kind { parts.append(kind) }
        if let report = entry.report { parts.append("report \(report)") }
        if let hash = entry.hash { parts.append("hash \(hash)") } else { parts.append("\(entry.byteCount) bytes") }
        if !entry.parts.isEmpty { parts.append(entry.parts.joined(separator: ", ")) }
        if let fault = entry.fault { parts.append("!! quarantined: \(fault) (PROTOCOL.md, 5)") }
        return parts.joined(separator: "  ")
    }

    // MARK: JSON

    static func object(_ stream: ExplainedStream) -> JSONValue {
        var members: [String: JSONValue] = [
            "frames": .list(stream.frames.map(object)), "is_sound": .boolean(stream.isSound),
        ]
        if let version = stream.preambleVersion { members["preamble_version"] = .integer(Int64(version)) }
        if let end = stream.end {
            members["end"] = .object([
                "offset": .integer(Int64(end.offset)), "violation": .text(end.violation.code.name),
                "detail": .text(end.violation.detail), "clause": .text(end.clause),
            ])
        }
        return .object(members)
    }

    private static func object(_ frame: ExplainedFrame) -> JSONValue {
        var members: [String: JSONValue] = [
            "offset": .integer(Int64(frame.offset)), "bytes": .integer(Int64(frame.byteCount)),
            "type": .integer(Int64(frame.type)), "stream": .integer(Int64(frame.stream)),
            "fields": object(.object(frame.fields)),
        ]
        if let name = frame.name { members["name"] = .text(name) }
        if !frame.entries.isEmpty { members["entries"] = .list(frame.entries.map(object)) }
        if let fault = frame.fault {
            members["fault"] = .object([
                "violation": .text(fault.code.name), "detail": .text(fault.detail), "clause": .text(fault.code.clause),
            ])
        }
        return .object(members)
    }

    private static func object(_ entry: ExplainedEntry) -> JSONValue {
        var members: [String: JSONValue] = [
            "bytes": .integer(Int64(entry.byteCount)), "parts": .list(entry.parts.map { .text($0) }),
        ]
        if let dot = entry.dot {
            members["node"] = .text("\(dot.origin.node)")
            members["incarnation"] = .text("\(dot.origin.incarnation)")
            members["seq"] = .integer(Int64(clamping: dot.seq))
        }
        members["kind"] = entry.kind.map { .text($0) }
        members["report"] = entry.report.map { .text("\($0)") }
        members["hash"] = entry.hash.map { .text("\($0)") }
        members["fault"] = entry.fault.map { .text($0) }
        if !entry.values.isEmpty {
            members["values"] = .list(
                entry.values.map { .object(["name": .text($0.name), "text": .text($0.text)]) })
        }
        return .object(members)
    }

    private static func object(_ value: ExplainedValue) -> JSONValue {
        switch value {
        case .text(let text): .text(text)
        case .integer(let number): .integer(number)
        case .boolean(let yes): .boolean(yes)
        case .hidden(let bytes): .object(["hidden_bytes": .integer(Int64(bytes))])
        case .list(let values): .list(values.map(object))
        case .object(let members):
            .object(Dictionary(members.map { ($0.name, object($0.value)) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}
