import HTTPTypes
import Hummingbird

/// Says in every answer below `/v1/uploads` which version of tus this is, errors included.
struct TusMiddleware: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if request.uri.path == BlobAPI.uploadPath || request.uri.path.hasPrefix(BlobAPI.uploadPath + "/") {
            response.headers[TusFields.resumable] = TusFields.version
            if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        }
        return response
    }
}
