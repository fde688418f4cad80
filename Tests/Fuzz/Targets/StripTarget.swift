import FieldpostMedia

/// What is stripped is a whole file of the same format and size, with no metadata but the orientation, and is stripped
/// into itself.
enum StripTarget {
    static func run(_ bytes: [UInt8]) {
        let source = CheckedBytes(bytes)
        guard let file = try? MediaFile.recognize(source).get(), let stripped = try? file.stripped(source).get() else {
            return
        }
        let result = stripped.read(at: 0, count: stripped.byteCount)
        precondition(result.count == stripped.byteCount, "a stripped file is shorter than it says")
        guard let again = try? MediaFile.recognize(CheckedBytes(result)).get() else {
            preconditionFailure("a stripped file is not recognized")
        }
        precondition(again.format == file.format && again.size == file.size, "a stripped file is another picture")
        precondition(again.contentBytes == result.count, "something follows a stripped file")
        var metadata = PhotoMetadata.read(CheckedBytes(result), format: file.format)
        if let orientation = metadata.orientation {
            let original = PhotoMetadata.read(source, format: file.format).orientation
            precondition(orientation == original, "a stripped picture stands differently")
        }
        metadata.orientation = nil
        precondition(metadata == PhotoMetadata(), "a stripped file has metadata")
        let twice = try? again.stripped(CheckedBytes(result)).get()
        precondition(twice?.read(at: 0, count: result.count) == result, "a stripped file is not stripped into itself")
    }
}
