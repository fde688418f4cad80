package import FieldpostNode
import NIOSSL

/// What a node's certificate for HTTP says, for people who look for a fault.
package struct CertificateFacts: Hashable, Sendable {
    /// The validity, in seconds since 1970.
    package let from: Int64
    package let to: Int64
    /// The names of hosts and the numeric IPv4 addresses for which it holds.
    package let names: [String]
    /// Those of its authorities that the file has after it.
    package let authorities: Int

    /// Reads the files as a start does. Throws `HTTPTLSError`.
    package init(_ files: HTTPTLSFiles) throws(HTTPTLSError) {
        let identity = try HTTPIdentity(files)
        (from, to) = identity.validity
        authorities = identity.chain.count - 1
        names = identity.chain[0]._subjectAlternativeNames().compactMap { name in
            let bytes = Array(name.contents)
            switch name.nameType {
            case .dnsName: return String(decoding: bytes, as: UTF8.self)
            case .ipAddress where bytes.count == 4: return bytes.map(String.init).joined(separator: ".")
            default: return nil
            }
        }
    }

    /// Whether it holds for a host. A star stands for one label.
    package func holds(for host: String) -> Bool {
        let host = host.lowercased()
        return names.contains { name in
            let name = name.lowercased()
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return name == host }
            return name.dropFirst() == host[dot...]
        }
    }
}
