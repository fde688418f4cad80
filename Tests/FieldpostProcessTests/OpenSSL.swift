import FieldpostCore
import Foundation
import TestKit
import Testing

/// TLS of a stranger: openssl with its own key and certificates.
struct OpenSSL {
    let directory: String
    /// The NodeID of the key.
    let node: NodeID

    /// Makes a key, a valid certificate, and one that expired 90 days ago.
    init(directory: String) async throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.directory = directory
        _ = try Self.shell(
            """
            openssl ecparam -name prime256v1 -genkey -noout -out key.pem
            openssl req -new -key key.pem -subj /CN=stranger -out request.pem
            openssl x509 -req -in request.pem -signkey key.pem -days 10 -out valid.pem
            past=$(dpkg -L libfaketime | grep '/libfaketime.so.1$')
            FAKETIME=-100d LD_PRELOAD=$past openssl x509 -req -in request.pem -signkey key.pem -days 10 -out expired.pem
            openssl pkey -in key.pem -pubout -outform DER -out public.der
            """, in: directory)
        let der = try #require(FileManager.default.contents(atPath: directory + "/public.der"))
        node = NodeID(publicKey: der)
    }

    /// Makes more certificates: for keys of other kinds (`rsa`, `p384`), and one for the first key with contents that
    /// no node's certificate has (`odd`).
    func makeOthers() async throws {
        _ = try Self.shell(
            """
            openssl ecparam -name secp384r1 -genkey -noout -out p384-key.pem
            openssl req -x509 -new -key p384-key.pem -subj /CN=stranger -days 10 -out p384.pem
            openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa-key.pem -subj /CN=stranger -days 10 -out rsa.pem
            openssl req -x509 -new -key key.pem -subj /CN=another -days 10 -out odd.pem \
                -addext basicConstraints=critical,CA:TRUE -addext subjectAltName=DNS:example.org \
                -addext extendedKeyUsage=critical,codeSigning
            """, in: directory)
    }

    /// Connects, sends nothing, and returns all output of openssl within two seconds. On a busy machine it may take
    /// longer until all `words` are there.
    func connect(to address: String, _ arguments: String, for words: [String]) async throws -> String {
        var output = ""
        for seconds in [2, 30] where !words.allSatisfy(output.contains) {
            output = try Self.shell(
                "sleep \(seconds) | timeout \(seconds + 30) openssl s_client -connect \(address) \(arguments) || true",
                in: directory)
        }
        return output
    }

    /// The subject of the certificate at an address, without spaces.
    static func subject(at address: String) async throws -> String {
        try shell(
            "timeout 60 openssl s_client -connect \(address) </dev/null 2>/dev/null | grep -a subject || true", in: "/"
        ).replacing(" ", with: "")
    }

    private static func shell(_ script: String, in directory: String) throws -> String {
        let (status, text) = try Tool.shell(script, in: directory)
        try #require(status == 0, "\(text)")
        return text
    }
}
