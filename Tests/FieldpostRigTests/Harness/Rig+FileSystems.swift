import Foundation
import Glibc
import TestKit

extension Rig {
    enum FileSystem {
        case ext4
        /// Can clone a file in an instant.
        case xfs

        fileprivate var maker: (name: String, options: [String]) {
            switch self {
            case .ext4: ("mkfs.ext4", ["-q", "-F", "-m", "0"])
            case .xfs: ("mkfs.xfs", ["-q", "-f", "-m", "reflink=1"])
            }
        }
    }

    /// What the rigs that mount need.
    static let mountingTools = ["mkfs.ext4", "mkfs.xfs", "mount", "umount", "cp"]

    /// A new file system in a sparse file, mounted at a folder of the rig's directory until the end. Returns where.
    func mountNew(_ kind: FileSystem, image: String, bytes: Int64, at folder: String) throws -> String {
        guard FileManager.default.createFile(atPath: image, contents: nil), truncate(image, Int(bytes)) == 0 else {
            throw Tool.Failure(description: "\(image) cannot be made")
        }
        try Tool.run(kind.maker.name, kind.maker.options + [image])
        return try mount(image: image, at: folder).directory
    }

    /// Mounts what is in a file. Unmounted at the end, or by `unmount`, or when this process is gone.
    func mount(image: String, at folder: String) throws -> Mount {
        let mount = try Mount(image: image, directory: directory + "/" + folder)
        atEnd { mount.unmount() }
        return mount
    }
}

/// A file system in a file, mounted.
final class Mount: Sendable {
    let directory: String
    /// Unmounts when this process ends without having done so: it waits for the end of its input.
    private let guardian: Guardian

    fileprivate init(image: String, directory: String) throws {
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Tool.run("mount", ["-o", "loop", image, directory])
        guardian = Guardian(of: directory)
    }

    func unmount() { guardian.dismiss() }
}

/// A shell that outlives this process for as long as it takes to unmount.
private final class Guardian: Sendable {
    private let process = Process()
    private let input = Pipe()

    init(of directory: String) {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Lazily: what a killed daemon still has open must not hold it.
        process.arguments = ["-c", "trap '' INT TERM HUP; read -r _; umount -l \"$0\"", directory]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try? process.run()
    }

    func dismiss() {
        guard process.isRunning else { return }
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
