import FieldpostCore
import FieldpostStore
import HTTPTypes
import Hummingbird

/// The query of `GET /v1/reports`.
enum ListingQuery {
    /// Throws `.badQuery`, which names every invalid parameter. `other`: a parameter that somebody else reads.
    static func read(
        _ request: Request, catalogue: Catalogue, now: Int64, besides other: String? = nil
    ) throws(Problem) -> ReportQuery {
        var query = ReportQuery()
        var times = (first: UInt32(1), last: UInt32.max)
        try QueryParameters(request).read { name, value in
            switch name {
            case other: return nil
            case "text":
                query.search.text = SearchQuestion(value, catalogue: catalogue)
                return query.search.text == nil ? defectOfText : nil
            case "overdue":
                query.search.overdueAt = now
                return value == "true" ? nil : "must be true, or left out"
            case "since": return set(&times.first, value)
            case "until": return set(&times.last, value)
            default: return set(name, value, &query)
            }
        }
        guard times != (1, .max) else { return query }
        guard times.first <= times.last else {
            throw Problem(.badQuery, "`since` is after `until`. Nothing was changed. Correct it and try again.")
        }
        query.search.times = times.first...times.last
        return query
    }

    static let defectOfText =
        "must have letters or digits, at most \(Limits.searchedParts) parts and \(Limits.shortTextBytes) bytes (UTF-8)"

    /// Sets a moment, or returns what is wrong with it.
    private static func set(_ moment: inout UInt32, _ value: String) -> String? {
        guard let milliseconds = Timestamp.milliseconds(value), let seconds = UInt32(exactly: milliseconds / 1000)
        else { return "must be a date and time from 1970 to 2106, such as 2026-11-30T08:00:00+08:00" }
        moment = max(seconds, 1)
        return nil
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
        case "hidden":
            guard value == "true" || value == "false" else { return "must be true or false" }
            query.isHidden = value == "true"
        case "person":
            guard (1...Limits.shortTextBytes).contains(value.utf8.count) else {
                return "must have 1 to \(Limits.shortTextBytes) bytes (UTF-8)"
            }
            query.search.person = value
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
