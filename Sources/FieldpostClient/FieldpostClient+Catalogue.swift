package import FieldpostAPI
import NIOHTTP1

extension FieldpostClient {
    /// The categories of the newest catalogue that the node holds; with a query, those that it finds, best first.
    package func categories(_ search: String? = nil) async throws(ClientError) -> Answered<CategoryList> {
        try await call(.GET, "/v1/categories" + query([("q", search)]))
    }
}
