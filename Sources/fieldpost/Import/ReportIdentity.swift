import Crypto
import FieldpostCore

/// Ids that depend on nothing but the source's name and the row's own id: a second import doubles nothing.
enum ReportIdentity {
    static func report(source: String, row: String) -> ReportID { ReportID(bits("report", source, row)) }

    /// 128 bits for choices that shall be the same each time, such as where a row without coordinates lies.
    static func bits(_ purpose: String, _ source: String, _ row: String) -> UInt128 {
        var hasher = SHA256()
        for part in [purpose, source, row] { hasher.update(data: Array(part.utf8) + [0]) }
        return Hash256(hasher.finalize()).bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
}
