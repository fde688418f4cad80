/// Tab-separated text (UTF-8). The first line names the columns. This is the format of the product's own data files.
struct Table {
    /// Each row as a dictionary from column name to cell.
    let rows: [[String: String]]

    init(tsv bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let columns = lines.first else {
            rows = []
            return
        }
        rows = lines.dropFirst().map { cells in
            Dictionary(zip(columns, cells)) { first, _ in first }
        }
    }
}
