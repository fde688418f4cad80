package import FieldpostCore
import FieldpostNode
import Hummingbird

/// What a node says of itself to everybody who opens its pages.
package struct SiteFacts: Sendable {
    let station: String
    let role: Role
    let grids: [String]
    /// The address over TLS. Nil if there is none.
    let secureURL: String?
    /// Whether phones that trust the authority would accept the certificate now: by a clock that central or the system
    /// keeps right.
    let isSecureReady: @Sendable () async -> Bool

    package init(
        station: String, role: Role, grids: [String] = [], secureURL: String? = nil,
        isSecureReady: @escaping @Sendable () async -> Bool = { false }
    ) {
        self.station = station
        self.role = role
        self.grids = grids
        self.secureURL = secureURL
        self.isSecureReady = isSecureReady
    }
}

/// A grid as residents see it: without its leaders.
struct PublicGrid: Encodable, Hashable {
    let code: String
    let zh: String
}

/// `GET /v1/form`: what the form of a report needs. The same for everybody.
struct FormAPI: Sendable {
    let node: any NodeService
    let facts: SiteFacts
    /// It changes rarely, and is long.
    private let kept = KeptFile()

    init(node: any NodeService, facts: SiteFacts) {
        self.node = node
        self.facts = facts
    }

    var route: Route {
        Route(.get, "/v1/form", for: .open) { request, _ in
            let json = try JSONWriter.write(try await view())
            return PageAPI.answer(
                kept.file(json, mediaType: "application/json"), request, caching: "no-cache")
        }
    }

    private struct View: Encodable {
        struct Category: Encodable {
            let code: String
            let zh: String
            let en: String
            let major: Major
            let words: [String]
        }

        struct Major: Encodable {
            let code: String
            let zh: String
            let en: String
        }

        struct Most: Encodable {
            let files: Int
            let fileBytes: UInt64
            let textBytes: Int

            private enum CodingKeys: String, CodingKey {
                case files
                case fileBytes = "file_bytes"
                case textBytes = "text_bytes"
            }
        }

        struct Secure: Encodable {
            let url: String
            let ready: Bool
        }

        let station: String
        let role: String
        let catalogue: String
        let categories: [Category]
        let grids: [PublicGrid]
        let limits: Most
        let secure: Secure?
        let contact: Bool
    }

    private func view() async throws -> View {
        try await node.centralSettings.refresh()
        let catalogue = node.centralSettings.catalogue.value
        var secure: View.Secure?
        if let url = facts.secureURL { secure = View.Secure(url: url, ready: await facts.isSecureReady()) }
        return View(
            station: facts.station, role: facts.role == .gateway ? "gateway" : "central", catalogue: catalogue.version,
            categories: catalogue.categories.filter { !$0.isRetired }.map { category in
                View.Category(
                    code: category.code, zh: category.chinese, en: category.english,
                    major: View.Major(
                        code: category.major.code, zh: category.major.chinese, en: category.major.english),
                    words: category.words)
            },
            grids: grids,
            limits: View.Most(
                files: Limits.residentFiles, fileBytes: max(node.mediaLimits.photoBytes, node.mediaLimits.clipBytes),
                textBytes: Limits.reporterTextBytes),
            secure: secure, contact: node.centralSettings.sealingKey != nil)
    }

    /// The node's own grids, or those of central's list. Their names are in that list.
    var grids: [PublicGrid] {
        let known = node.centralSettings.organisation.value.units(of: .grid)
        guard !facts.grids.isEmpty else { return known.map { PublicGrid(code: $0.code, zh: $0.chinese) } }
        return facts.grids.map { code in
            PublicGrid(code: code, zh: known.first { $0.code == code }?.chinese ?? code)
        }
    }
}
