import FieldpostNode
import Foundation
import Testing

/// Certificates and keys for one test, made by openssl.
struct CertificateFiles {
    let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "fieldpost-certificates-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    /// NAME.crt and NAME.key.
    func make(_ name: String, days: Int = 400, algorithm: String = "ec -pkeyopt ec_paramgen_curve:prime256v1") throws {
        try shell(
            "openssl req -x509 -newkey \(algorithm) -nodes -days \(days) -subj /CN=\(name) -out \(name).crt "
                + "-keyout \(name).key 2>/dev/null")
    }

    func shell(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", "cd '\(directory)'; \(script)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script)")
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    func files(_ certificates: String, _ key: String) -> HTTPTLSFiles {
        HTTPTLSFiles(certificates: path(certificates), key: path(key))
    }
}
