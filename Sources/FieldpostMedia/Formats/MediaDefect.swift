/// What is wrong with the structure of a file.
package enum MediaDefect: Error, Hashable, Sendable, CaseIterable {
    /// The file ends before the part that its format requires at the end, or in the middle of a part.
    case cutOff
    /// A clip without `moov`, the box that says where its pictures and sounds are. Recorders write it at the end.
    case noMovieIndex
    /// A clip or a HEIF picture without the box or the bytes that its index refers to.
    case noMediaData
    /// A picture without a header that gives its size, or without pixels.
    case noPicture
    /// A clip without a video track and without a sound track.
    case noTracks
    /// Numbers or codes that the format forbids.
    case malformed
    /// More parts than `Limits.mediaParts`.
    case tooManyParts
}
