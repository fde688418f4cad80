package import FieldpostCore

/// What the bytes of one direction of a connection say, frame by frame. It is for people who look for a fault, so one
/// bad frame does not end it: it goes on at the next one, as long as the lengths can be believed.
package struct ExplainedStream: Sendable {
    /// The version in the preamble. Nil if the bytes start with a frame.
    package var preambleVersion: UInt16?
    package var frames: [ExplainedFrame] = []
    /// Why nothing more could be read from `Fault.offset` on. Nil if all bytes were read.
    package var end: Fault?

    package struct Fault: Hashable, Sendable {
        /// Of the first byte that could not be read.
        package let offset: Int
        package let violation: Violation
        /// The clause of PROTOCOL.md that was broken, such as "3.2".
        package var clause: String { violation.code.clause }
    }

    /// Whether everything is well-formed.
    package var isSound: Bool { end == nil && frames.allSatisfy(\.isSound) }

    /// Reads a whole direction, or frames from its middle. A frame begins with a zero, because none is longer than 16
    /// MiB: bytes that begin with anything else must begin with the preamble. `showsValues`: also what people wrote.
    /// Passwords and tokens never.
    package init(_ bytes: [UInt8], showsValues: Bool) {
        var start = 0
        // A frame from the middle of a session may have any size that a session allows.
        var isGreeted = true
        if let first = bytes.first, first != 0 {
            do throws(Violation) {
                try Preamble.check(bytes[...])
                guard bytes.count >= Preamble.bytes.count else {
                    throw Violation(.frameTooSmall, "the bytes end inside the preamble")
                }
            } catch {
                end = Fault(offset: 0, violation: error)
                return
            }
            preambleVersion = Preamble.version
            start = Preamble.bytes.count
            isGreeted = false
        }
        while start < bytes.count {
            do throws(Violation) {
                let frame = try ExplainedFrame(bytes, at: start, isGreeted: isGreeted, showsValues: showsValues)
                start += frame.byteCount
                if frame.type == FrameType.hello.rawValue, frame.fault == nil { isGreeted = true }
                frames.append(frame)
            } catch {
                end = Fault(offset: start, violation: error)
                return
            }
        }
    }
}

extension Violation.Code {
    /// Where PROTOCOL.md says what was broken: the clauses that its section 12 names first, or the section of many.
    package var clause: String {
        switch self {
        case .badPreamble, .unsupportedVersion: "2.3"
        case .frameTooLarge: "3.3"
        case .frameTooSmall: "3.1, 3.6"
        case .badChecksum: "3.2"
        case .unknownFrame: "4.1"
        case .malformedMessage: "4"
        case .badBatch: "7"
        case .inflateTooLarge: "7.4"
        case .limitExceeded: "11"
        case .brokenChain, .fork: "8.4"
        case .rewound: "8.5"
        case .unexpectedMessage, .wrongRole, .timeout, .clone, .notEnrolled, .revoked, .wrongIdentity: "8"
        }
    }
}
