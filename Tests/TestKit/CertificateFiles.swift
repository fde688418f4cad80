/// Certificates and keys for one test, made by openssl.
package struct CertificateFiles: Sendable {
    package let directory: String
    private let place: TemporaryDirectory?

    /// `directory`: where the files come to be; it must be there.
    package init(in directory: String) {
        self.directory = directory
        place = nil
    }

    /// In a directory of their own, until `remove`.
    package init() throws {
        let place = try TemporaryDirectory()
        directory = place.path
        self.place = place
    }

    package func remove() { place?.remove() }

    /// Makes NAME.crt and NAME.key: a certificate that its own key signed. `subject`: nil for the name. `address`: an
    /// IP address for which it holds too.
    package func make(
        _ name: String, subject: String? = nil, address: String? = nil, days: Int = 400,
        algorithm: String = "ec -pkeyopt ec_paramgen_curve:prime256v1"
    ) throws {
        let addition = address.map { " -addext subjectAltName=IP:\($0)" } ?? ""
        try shell(
            "openssl req -x509 -newkey \(algorithm) -nodes -days \(days) -subj /CN=\(subject ?? name)\(addition) "
                + "-out \(name).crt -keyout \(name).key")
    }

    /// Throws `Tool.Failure` when the script fails.
    package func shell(_ script: String) throws {
        let (status, text) = try Tool.shell(script, in: directory)
        guard status == 0 else { throw Tool.Failure(description: "\(script): \(text)") }
    }

    package func path(_ name: String) -> String { "\(directory)/\(name)" }
}
