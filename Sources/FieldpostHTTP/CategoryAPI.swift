import FieldpostAPI
import FieldpostCore
import FieldpostNode
import Hummingbird

/// What people choose a category from. The same at a gateway and at central, from the newest catalogue that the node
/// holds.
struct CategoryAPI: Sendable {
    let node: any NodeService

    var routes: [Route] {
        [Route(.get, "/v1/categories", for: .read, takesQuery: true) { request, _ in try await list(request) }]
    }

    /// `GET /v1/categories`, `GET /v1/categories?q=`
    private func list(_ request: Request) async throws -> Response {
        let query = try QueryParameters.only("q", request)
        if let query, query.utf8.count > Limits.shortTextBytes {
            throw Problem(
                .badQuery, "`q` may have at most \(Limits.shortTextBytes) bytes. Nothing was changed. Shorten it.")
        }
        try await node.centralSettings.refresh()
        let newest = node.centralSettings.catalogue
        let found = query.map(newest.value.search) ?? newest.value.categories
        return try Response(
            list: CategoryList(
                version: newest.value.version, catalogue: newest.version, categories: found.map(CategoryState.init)),
            to: request)
    }
}

extension CategoryState {
    fileprivate init(_ category: Catalogue.Category) {
        let major = category.major
        self.init(
            code: category.code, zh: category.chinese, en: category.english,
            major: Major(code: major.code, zh: major.chinese, en: major.english), retired: category.isRetired,
            department: category.department, words: category.words,
            conditions: category.conditions.map { condition in
                let limit = condition.limit
                return Condition(
                    condition: condition.name, limit: limit.description, zh: "\(limit.amount) \(limit.kind.chinese)")
            })
    }
}
