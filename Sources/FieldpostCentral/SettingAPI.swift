import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore

/// What central's administrators ask about settings on the admin socket.
///
/// - `GET /v1/settings`: `SettingList`.
/// - `GET /v1/settings/{name}`: `SettingState`, with its version as `ETag`.
/// - `PUT /v1/settings/{name}` with the text as the body, and `If-Match: "VERSION"`, or `If-None-Match: *` for a new
///   setting: `SettingState`. Of two administrators who changed the same version, the second one gets 412.
struct SettingAPI: Sendable {
    let central: CentralRole
    let rules: SettingRules

    var routes: [Route] {
        [
            .admin(.get, "/v1/settings") { _, _ in
                SettingList(
                    settings: try await central.journal.settings(of: central.journal.origin.node).map {
                        SettingState($0, withText: false)
                    })
            },
            Route(.get, "/v1/settings/{name}", for: .administer) { _, context in
                let name = try Self.name(context)
                let found = try await central.journal.setting(name, of: central.journal.origin.node)
                guard let found else {
                    throw Problem(.unknownSetting, "This node has no setting \(name). `fieldpost settings` lists them.")
                }
                return try Self.answer(found)
            },
            Route(.put, "/v1/settings/{name}", for: .administer) { request, context in
                try await put(request, context)
            },
        ]
    }

    private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        let name = try Self.name(context)
        let known = try Self.known(request)
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Limits.settingBytes)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, "A setting has at most \(Limits.settingBytes) bytes. Nothing was changed. Shorten it.")
        }
        guard let text = String(validating: body.readableBytesView, as: UTF8.self),
            let setting = CentralSetting(name: name, text: text)
        else { throw Problem(.invalidValue, "The body must be a text in UTF-8, and not empty. Nothing was changed.") }
        let former = try await central.journal.setting(name, of: central.journal.origin.node)
        if let defect = rules.defect(of: setting, replacing: former?.setting.text) ?? MapText.defect(of: setting) {
            throw Problem(.invalidValue, "The text is no valid \(name). \(defect) Nothing was changed.")
        }
        return try Self.answer(
            try await central.journal.keep(
                setting, replacing: known, author: await context.who(), stamp: central.clock.stamp()))
    }

    private static func name(_ context: APIContext) throws(Problem) -> String {
        guard let name = context.parameters.get("name"), CentralSetting.isName(name) else {
            throw Problem(
                .badQuery,
                "The name of a setting has 1 to 64 characters of a–z, 0–9, `_` and `-`. Nothing was changed.")
        }
        return name
    }

    /// The version that the administrator saw. Nil: there was none.
    private static func known(_ request: Request) throws(Problem) -> EntryID? {
        switch (request.headers[.ifMatch], request.headers[.ifNoneMatch]) {
        case (let tag?, nil):
            let text = tag.dropFirst().dropLast()
            if tag.hasPrefix("\""), tag.hasSuffix("\""), let id = EntryID(text: text) { return id }
        case (nil, "*"): return nil
        default: break
        }
        throw Problem(
            .badHeader,
            "Say which version you change: `If-Match` with the `ETag` that you read, or `If-None-Match: *` for a new "
                + "setting. Nothing was changed.")
    }

    private static func answer(_ version: SettingVersion) throws -> Response {
        var response = try Response(json: SettingState(version, withText: true))
        response.headers[.eTag] = "\"\(version.id)\""
        return response
    }
}

extension SettingState {
    fileprivate init(_ version: SettingVersion, withText: Bool) {
        self.init(
            name: version.setting.name, version: version.id.description, number: version.number,
            bytes: version.setting.text.utf8.count, author: version.author, at: version.stamp.text,
            text: withText ? version.setting.text : nil)
    }
}
