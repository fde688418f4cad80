import Crypto
import FieldpostCore

/// Ids that depend on nothing but what a row is: a second import doubles nothing, whatever the file is called.
enum ReportIdentity {
    /// Of a row that its source and its own id name.
    static func report(source: String, row: String) -> ReportID { ReportID(bits("report", source, row)) }

    /// Of a row that all of its cells name, its own id among them.
    static func report(cells: [String: String]) -> ReportID { ReportID(content(cells)) }

    /// The same for the same cells, in whatever order the columns stand. `cells`: by column, without empty ones.
    static func content(_ cells: [String: String]) -> UInt128 {
        var hasher = SHA256()
        hasher.update(data: Array("row".utf8))
        for (column, cell) in cells.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            hasher.update(data: Array("\(column.utf8.count) \(column) \(cell.utf8.count) \(cell)".utf8))
        }
        return first128(hasher.finalize())
    }

    /// 128 bits for choices that shall be the same each time, such as where a row without coordinates lies.
    static func bits(_ purpose: String, _ source: String, _ row: String) -> UInt128 {
        var hasher = SHA256()
        for part in [purpose, source, row] { hasher.update(data: Array(part.utf8) + [0]) }
        return first128(hasher.finalize())
    }

    private static func first128(_ digest: SHA256Digest) -> UInt128 {
        Hash256(digest).bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
}
