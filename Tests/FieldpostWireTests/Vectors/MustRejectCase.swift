import FieldpostCore

/// One file of Protocol/must-reject.
struct MustRejectCase: Codable, Equatable {
    /// Bytes, and how often they are repeated.
    struct Part: Codable, Equatable {
        var hex: String
        var times: Int

        init(_ bytes: [UInt8], times: Int = 1) {
            hex = Hex.encode(bytes)
            self.times = times
        }
    }

    var name: String
    var description: String
    /// "stream": everything that one side of a connection sends; batches are inflated. "entry": the bytes of one entry.
    var kind: String
    var parts: [Part]
    /// The violation's name and code. Absent for an entry, which is quarantined and does not end the session.
    var violation: String?
    var code: UInt16?

    var bytes: [UInt8]? {
        var bytes: [UInt8] = []
        for part in parts {
            guard let piece = Hex.decode(part.hex) else { return nil }
            for _ in 0..<part.times { bytes += piece }
        }
        return bytes
    }

    static func stream(
        _ name: String, _ violation: Violation.Code, _ description: String, _ parts: [Part]
    ) -> MustRejectCase {
        MustRejectCase(
            name: name, description: description, kind: "stream", parts: parts, violation: violation.name,
            code: violation.rawValue)
    }

    /// The preamble, then one frame.
    static func frame(
        _ name: String, _ violation: Violation.Code, _ description: String, _ frame: RawFrame
    ) -> MustRejectCase {
        stream(name, violation, description, [Part(frame.bytesAfterPreamble)])
    }

    static func entry(_ name: String, _ description: String, _ parts: [Part]) -> MustRejectCase {
        MustRejectCase(name: name, description: description, kind: "entry", parts: parts)
    }
}
