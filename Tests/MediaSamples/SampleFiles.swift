/// A whole file of each format, most of them with Exif data.
package enum SampleFiles {
    package static let all: [[UInt8]] = {
        let tiff = SampleExif.full.tiff
        return [
            SampleJPEG.bytes(), SampleJPEG.bytes(exif: tiff), SampleJPEG.bytes(after: SampleJPEG.bytes()),
            SamplePNG.bytes(), SamplePNG.bytes(exif: tiff), SampleWebP.simple, SampleWebP.bytes(exif: tiff),
            SampleISO.heic(exif: tiff), SampleISO.mp4(), SampleClip.bytes(),
            SampleClip.bytes(brand: "isom", thirdTrack: "soun"),
            SampleISO.mp4(brand: "M4A ", tracks: [SampleISO.track("soun")]), SampleSound.aac(),
            SampleSound.aac(tag: SampleSound.tag), SampleSound.opus(),
        ]
    }()

    /// Exif data alone, in both byte orders.
    package static let exif: [[UInt8]] = [false, true].map {
        var exif = SampleExif.full
        exif.isLittleEndian = $0
        return exif.tiff
    }
}
