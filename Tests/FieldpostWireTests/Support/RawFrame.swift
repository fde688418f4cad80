@testable import FieldpostWire

/// A frame with any parts, valid or forged.
struct RawFrame {
    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt16 = 0
    var payload: [UInt8]
    var checksumMask: UInt32 = 0

    var bytes: [UInt8] {
        var frame: [UInt8] = []
        FrameLayout.append(UInt32(payload.count + FrameLayout.leastBody), to: &frame)
        frame += [type, flags]
        FrameLayout.append(stream, to: &frame)
        frame += payload
        FrameLayout.append(FrameLayout.checksum(frame[...]) ^ checksumMask, to: &frame)
        return frame
    }

    var bytesAfterPreamble: [UInt8] { Preamble.bytes + bytes }
}
