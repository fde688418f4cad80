/// The files of a disk at one moment, as the process saw them: a backup, or the source of a cloned card.
package struct DiskSnapshot: Hashable, Sendable {
    package var files: [String: [UInt8]]

    package init(files: [String: [UInt8]] = [:]) { self.files = files }
}
