import Glibc

// Makes a thumbnail of a JPEG photo: the photo on standard input, the thumbnail on standard output, or one line on
// standard error and another exit status. It is a program of its own, because decoders of pictures are attacked most:
// it holds no secret, opens no file, and gets little memory and time. `Thumbnailer` of FieldpostNode starts it, or
// systemd does (Deploy/fieldpost-thumbnail.socket).

do throws(Refusal) {
    try HelperLimits.enforce()
    guard CommandLine.arguments.count == 1 else { throw .usage }
    try writeOut(try makeThumbnail())
} catch {
    complain(error.description)
    exit(error.status)
}

/// Throws `Refusal`.
func makeThumbnail() throws(Refusal) -> [UInt8] {
    let picture = try Picture()
    let header = try JPEGHeader(picture.bytes)
    let decoded = try Decoder.pixels(of: picture.bytes, header)
    let longest = max(header.width, header.height)
    let side = min(longest, HelperLimits.side)
    let scaled = { (length: Int) in max(1, (length * side + longest / 2) / longest) }
    let small = decoded.withoutInk(isInverted: header.isAdobe)
        .resampled(width: scaled(header.width), height: scaled(header.height))
    return try Encoder.thumbnail(of: small.upright(picture.orientation))
}
