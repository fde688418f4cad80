import FieldpostCore
import FieldpostStore
import HTTPTypes
import Hummingbird

/// The query of `GET /v1/reports`.
enum ListingQuery {
    /// Throws `.badQuery`, which names every invalid parameter.
    static func read(_ request: Request) throws(Problem) -> ReportQuery {
        var query = ReportQuery()
        try QueryParameters(request).read { name, value in set(name, value, &query) }
        return query
    }

    /// Sets one parameter, or returns what is wrong with it.
    private static func set(_ name: String, _ value: String, _ query: inout ReportQuery) -> String? {
        switch name {
        case "limit": return QueryParameters.read(limit: value, into: &query.limit)
        case "cursor":
            guard let cursor = ListingCursor(text: value) else { return "must be `next` of the previous page" }
            query.before = cursor.before
        case "conflict":
            guard value == "true" || value == "false" else { return "must be true or false" }
            query.conflict = value == "true"
        default:
            let field = FieldName(rawValue: name)
            guard ReportQuery.fields.contains(field) else { return "is not a parameter of this listing" }
            guard (1...Limits.shortTextBytes).contains(value.utf8.count) else {
                return "must have 1 to \(Limits.shortTextBytes) bytes (UTF-8)"
            }
            query.matching[field] = value
        }
        return nil
    }
}
