import Testing

@testable import fieldpost

struct ByteSizeTests {
    @Test func `a size is a whole number and a unit`() {
        #expect(ByteSize("25MiB")?.bytes == 25 << 20)
        #expect(ByteSize("800KiB")?.bytes == 800 << 10)
        #expect(ByteSize("4GiB")?.bytes == 4 << 30)
    }

    @Test(arguments: [
        "", "25", "MiB", "0MiB", "-1MiB", "1.5MiB", "25 MiB", "25MB", "25mib", "5GiB", "4097MiB", "٣MiB",
        "99999999999999999999KiB",
    ])
    func `anything else is no size`(text: String) { #expect(ByteSize(text) == nil) }
}
