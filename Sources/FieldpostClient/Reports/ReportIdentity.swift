import Crypto
package import FieldpostCore

/// Ids that are derived only from the content of a row. So a second import creates no duplicates, whatever the file's
/// name is.
package enum ReportIdentity {
    /// For a row that is identified by its source and its own id.
    package static func report(source: String, row: String) -> ReportID { ReportID(bits("report", source, row)) }

    /// For a row that is identified by all its cells, including its own id.
    package static func report(cells: [String: String]) -> ReportID { ReportID(content(cells)) }

    /// Equal for equal cells, in any order of the columns. `cells`: by column, without empty ones.
    package static func content(_ cells: [String: String]) -> UInt128 {
        var hasher = SHA256()
        hasher.update(data: Array("row".utf8))
        for (column, cell) in cells.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            hasher.update(data: Array("\(column.utf8.count) \(column) \(cell.utf8.count) \(cell)".utf8))
        }
        return first128(hasher.finalize())
    }

    /// 128 bits for choices that must be the same each time, such as the location of a row without coordinates.
    package static func bits(_ purpose: String, _ source: String, _ row: String) -> UInt128 {
        var hasher = SHA256()
        for part in [purpose, source, row] { hasher.update(data: Array(part.utf8) + [0]) }
        return first128(hasher.finalize())
    }

    private static func first128(_ digest: SHA256Digest) -> UInt128 {
        Hash256(digest).bytes.prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }
}
