/// Tab-separated text (UTF-8) whose first line names the columns: the form of the product's own data files.
struct Table {
    /// Each row by column name.
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
