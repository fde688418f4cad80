import FieldpostCore
import GRDB

/// At central: which gateways may hold an entry because central sent it to them.
///
/// Rows of feeds do not say it, because they are deleted (`FeedTrim`). It follows from the scope: what a gateway was
/// sent was in its scope then. So it wrote to the report, or it serves or once served a grid that the report named.
/// Some of these gateways may never have read the entry. To be told of it changes nothing at them.
extension WriteContext {
    /// The gateways that may hold the entries of an origin after a seq, each with the place. Call this before the
    /// entries are removed.
    func readers(
        of origin: Origin, after agreed: UInt64, upTo last: UInt64 = Limits.seq
    ) throws -> [(NodeID, Place)] {
        guard let number = memory.origins[origin]?.number else { return [] }
        let select = try db.cachedStatement(
            sql: """
                SELECT place, report FROM entries WHERE place > ? AND place <= ? AND report IS NOT NULL ORDER BY place
                """)
        let places = [Place(origin: number, seq: agreed).rowID, Place(origin: number, seq: last).rowID]
        var known: [Int64: [NodeID]] = [:]
        var readers: [(NodeID, Place)] = []
        for row in try Row.fetchAll(select, arguments: StatementArguments(places)) {
            guard let report = row.integer("report") else { continue }
            let nodes = try known[report] ?? self.readers(ofReport: report)
            known[report] = nodes
            readers += nodes.map { ($0, Place(rowID: row["place"])) }
        }
        return readers
    }

    private func readers(ofReport number: Int64) throws -> [NodeID] {
        var nodes = try authors(of: number).filter { memory.gateways[$0] != nil }
        nodes.formUnion(memory.gateways.serving(try servedGrids(namedBy: number)))
        let select = try db.cachedStatement(sql: Self.formerReaders)
        for node in try Row.fetchAll(select, arguments: [number]) {
            if let node = node.blob("node").flatMap({ NodeID(bytes: $0) }) { nodes.insert(node) }
        }
        return nodes.sorted()
    }

    /// The gateways that once served a grid that a report named.
    static let formerReaders = """
        SELECT DISTINCT gateways.node FROM named JOIN former_grids ON former_grids.grid = named.grid
            JOIN gateways ON gateways.number = former_grids.gateway WHERE named.report = ?
        """
}
