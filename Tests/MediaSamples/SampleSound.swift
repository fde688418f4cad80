/// Sounds: AAC in ADTS frames, and Opus in Ogg pages. Their content is silence that no decoder was asked about.
package enum SampleSound {
    /// 44.1 kHz, mono, without checksums.
    package static func adtsFrame(_ payload: [UInt8]) -> [UInt8] {
        let length = payload.count + 7
        return [
            0xFF, 0xF1, 0x50, UInt8(0x40 | length >> 11), UInt8(truncatingIfNeeded: length >> 3),
            UInt8(truncatingIfNeeded: length << 5 | 0x1F), 0xFC,
        ] + payload
    }

    package static func aac(frames: Int = 4, tag: [UInt8] = []) -> [UInt8] {
        tag + (0..<frames).flatMap { adtsFrame([UInt8](repeating: 0x21, count: 5 + $0)) }
    }

    /// An ID3v2 tag with a title.
    package static let tag: [UInt8] = {
        let frame = Bytes.text("TIT2") + Bytes.big(4, 4) + [0, 0] + [0] + Bytes.text("abc")
        return Bytes.text("ID3") + [3, 0, 0] + Bytes.big(frame.count, 4) + frame
    }()

    package static func oggPage(_ number: Int, flags: UInt8, _ packet: [UInt8]) -> [UInt8] {
        let lacing = [UInt8](repeating: 255, count: packet.count / 255) + [UInt8(packet.count % 255)]
        return Bytes.text("OggS") + [0, flags] + Bytes.little(960 * number, 8) + Bytes.little(77, 4)
            + Bytes.little(number, 4) + Bytes.big(0, 4) + [UInt8(lacing.count)] + lacing + packet
    }

    /// RFC 7845: the identification header, the comment header, and a page of sound.
    package static func opus(codec: [UInt8] = Bytes.text("OpusHead")) -> [UInt8] {
        let head = codec + [1, 1, 0, 0] + Bytes.little(48_000, 4) + [0, 0, 0]
        let comments = Bytes.text("OpusTags") + Bytes.little(4, 4) + Bytes.text("test") + Bytes.little(0, 4)
        return oggPage(0, flags: 2, head) + oggPage(1, flags: 0, comments)
            + oggPage(2, flags: 4, [UInt8](repeating: 0xFC, count: 300))
    }
}
