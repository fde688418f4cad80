import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The pages that a port serves: that of residents, or that of staff.
package struct PageAPI: Sendable {
    /// Which pages a port serves.
    enum Kind: Sendable {
        case residents, staff, console

        /// The path of the page itself.
        var path: String { self == .staff ? "/staff" : "/" }
        var file: String {
            switch self {
            case .residents: "/index.html"
            case .staff: "/staff.html"
            case .console: "/console.html"
            }
        }
        /// The folders whose files it needs. The console is beside the page of staff, which has the shared ones.
        var folders: [String] {
            switch self {
            case .residents: ["shared", "style", "report"]
            case .staff: ["shared", "style", "staff"]
            case .console: ["console", "leaflet", "leaflet/images"]
            }
        }
        /// Whether it opens without a network.
        var hasWorker: Bool { self != .console }
        var others: [String] { hasWorker ? ["/manifest.webmanifest", "/icon.svg"] : [] }
    }

    private let kind: Kind
    private let pages: PageFiles
    private let form: FormAPI
    /// The page with the present categories in it, made when they change.
    private let made = Made()

    init(_ kind: Kind, pages: PageFiles, form: FormAPI) {
        self.kind = kind
        self.pages = pages
        self.form = form
    }

    var routes: [Route] {
        var routes = [
            Route(.get, kind.path, for: .open, takesQuery: true) { request, _ in try await page(request) }
        ]
        if kind.hasWorker {
            routes.append(
                Route(.get, "/sw.js", for: .open) { request, _ in
                    try answer(worker, request, caching: "no-store")
                })
        }
        routes += kind.others.map { path in
            Route(.get, path, for: .open) { request, _ in try answer(pages.files[path], request) }
        }
        routes += kind.folders.map { folder in
            Route(.get, "/\(folder)/{file}", for: .open) { request, context in
                try answer(pages.files["/\(folder)/\(context.parameters.get("file") ?? "")"], request)
            }
        }
        return routes
    }

    // MARK: The page and its worker

    private func page(_ request: Request) async throws -> Response {
        guard let file = pages.files[kind.file] else { throw Problem.noPage }
        try await form.node.centralSettings.refresh()
        let settings = form.node.centralSettings
        let version = settings.catalogue.version + settings.organisation.version
        let tiles = kind == .console ? try await tileOrigin(settings) : nil
        let ready = made.page(version) {
            let html = String(decoding: file.bytes, as: UTF8.self)
                .replacing("<!--station-->", with: PageText.escaped(form.facts.station))
                .replacing("<!--categories-->", with: PageText.options(settings.catalogue.value))
                .replacing("<!--grids-->", with: PageText.options(form.grids))
            return PageFile(Array(html.utf8), mediaType: file.mediaType)
        }
        return Self.answer(ready, request, caching: "no-cache", imagesFrom: tiles)
    }

    /// Whose pictures the map may show, besides those of this node.
    private func tileOrigin(_ settings: CentralSettings) async throws -> String? {
        guard let version = try await settings.newestVersion(CentralSetting.map) else { return nil }
        if let known = made.tiles("\(version)") { return known.origin }
        guard let map = try await settings.newest(CentralSetting.map) else { return nil }
        return made.keep(tiles: MapText.tileOrigin(map.setting.text), of: "\(map.id)")
    }

    /// The worker with a line before it that names the files to keep.
    private var worker: PageFile? {
        pages.files["/sw.js"].map { file in
            made.worker {
                let own = pages.files.keys.filter { path in
                    kind.others.contains(path) || kind.folders.contains { path.hasPrefix("/\($0)/") }
                }
                let names = ([kind.path] + own.sorted()).map { "\"\($0)\"" }.joined(separator: ",")
                let line = "self.shell = {\"version\":\"\(pages.version)\",\"files\":[\(names)]};\n"
                return PageFile(Array(line.utf8) + file.bytes, mediaType: file.mediaType)
            }
        }
    }

    private func answer(
        _ file: PageFile?, _ request: Request, caching: String = "no-cache"
    ) throws(Problem) -> Response {
        guard let file else { throw Problem.noPage }
        return Self.answer(file, request, caching: caching)
    }

    /// With what keeps a page to itself: nothing of another site, no script within it, in no frame.
    static func answer(
        _ file: PageFile, _ request: Request, caching: String, status: HTTPResponse.Status = .ok,
        imagesFrom origin: String? = nil
    ) -> Response {
        var headers: HTTPFields = [
            .cacheControl: caching, .vary: "Accept-Encoding", .xContentTypeOptions: "nosniff",
            .known("Cross-Origin-Resource-Policy"): "same-origin",
        ]
        // Documents and the worker need them; for each of fifty modules they would be longer than many of these.
        if file.mediaType.hasPrefix("text/html") || caching == "no-store" {
            headers[.contentSecurityPolicy] = policy(imagesFrom: origin)
            headers[.known("Referrer-Policy")] = "no-referrer"
            headers[.known("Permissions-Policy")] = "geolocation=(self), camera=(self), microphone=()"
        }
        if status == .ok {
            headers[.eTag] = "\"\(file.tag)\""
            if Conditions.tags(request.headers).contains(file.tag) {
                return Response(status: .notModified, headers: headers)
            }
        }
        headers[.contentType] = file.mediaType
        var bytes = file.bytes
        if let zipped = file.zipped, Gzip.isTaken(by: request.headers) {
            headers[.contentEncoding] = "gzip"
            bytes = zipped
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Leaflet also shows an empty picture, from a `data:` URL, where a tile is missing.
    private static func policy(imagesFrom origin: String?) -> String {
        let more = origin.map { " data: \($0)" } ?? ""
        return """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:\(more); \
            media-src 'self' blob:; connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; \
            base-uri 'none'; frame-ancestors 'none'
            """
    }

    /// What is made of files once.
    private final class Made: Sendable {
        private let state = Mutex<(version: String?, page: PageFile?, worker: PageFile?)>((nil, nil, nil))
        private let tiles = Mutex<(version: String, origin: String?)?>(nil)

        func tiles(_ version: String) -> (version: String, origin: String?)? {
            tiles.withLock { $0?.version == version ? $0 : nil }
        }

        func keep(tiles origin: String?, of version: String) -> String? {
            tiles.withLock { $0 = (version, origin) }
            return origin
        }

        func page(_ version: String, _ make: () -> PageFile) -> PageFile {
            state.withLock { state in
                if let page = state.page, state.version == version { return page }
                let page = make()
                (state.version, state.page) = (version, page)
                return page
            }
        }

        func worker(_ make: () -> PageFile) -> PageFile {
            state.withLock { state in
                if let worker = state.worker { return worker }
                let worker = make()
                state.worker = worker
                return worker
            }
        }
    }
}

extension Problem {
    fileprivate static let noPage = Problem(
        .notFound, "This node has no such page. Check the address. The pages' files are in the directory `pages`.")
}
