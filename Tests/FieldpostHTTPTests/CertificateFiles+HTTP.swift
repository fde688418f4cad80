import FieldpostNode
import TestKit

extension CertificateFiles {
    func files(_ certificates: String, _ key: String) -> HTTPTLSFiles {
        HTTPTLSFiles(certificates: path(certificates), key: path(key))
    }
}
