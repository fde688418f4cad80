/// Width and height as the header states them, before any rotation. A forged header may state anything.
package struct PixelSize: Hashable, Sendable {
    package let width: Int
    package let height: Int

    /// Nil unless both are at least 1. No format has sides of 2³² or more.
    init?(width: Int, height: Int) {
        guard (1...Int(UInt32.max)).contains(width), (1...Int(UInt32.max)).contains(height) else { return nil }
        self.width = width
        self.height = height
    }

    package var pixels: UInt64 { UInt64(width) * UInt64(height) }
}
