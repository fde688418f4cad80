import FieldpostFleet
import TestKit
import Testing

/// The photos that the demo makes up.
@Suite(.enabled(if: Picture.whyNot == nil, "\(Picture.whyNot ?? "")")) struct NoisePhotoTests {
    @Test func `a made-up photo is a JPEG file that other programs open, and two differ`() throws {
        let photo = NoisePhoto.jpeg(width: 100, height: 60, seed: 1)
        let picture = try Picture(decoding: photo)
        #expect(picture.width == 100 && picture.height == 60)
        #expect(Set(picture.bytes).count > 100, "it shows more than one grey")
        let other = try Picture(decoding: NoisePhoto.jpeg(width: 100, height: 60, seed: 2))
        #expect(picture.difference(from: other) > 10)
        #expect(photo == NoisePhoto.jpeg(width: 100, height: 60, seed: 1))
        #expect((5_000...6_000).contains(photo.count), "\(photo.count) bytes")
    }

    @Test func `the helper makes a thumbnail of it`() throws {
        let run = try HelperRun(NoisePhoto.jpeg(width: 640, height: 480, seed: 7))
        #expect(run.status == 0 && run.output.count > 1_000 && run.complaint.isEmpty, "\(run.figures)")
    }
}
