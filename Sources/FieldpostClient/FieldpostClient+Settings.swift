package import FieldpostAPI
import NIOHTTP1

/// Central's settings. Only through the admin socket.
extension FieldpostClient {
    package func settings() async throws(ClientError) -> Answered<SettingList> { try await call(.GET, "/v1/settings") }

    /// `name`: one that `CentralSetting.isName` accepts.
    package func setting(_ name: String) async throws(ClientError) -> Answered<SettingState> {
        try await call(.GET, "/v1/settings/" + name)
    }

    /// `version`: the one that is replaced; nil for a new setting.
    package func set(
        _ name: String, to text: String, replacing version: String?
    ) async throws(ClientError) -> Answered<SettingState> {
        let condition = version.map { ("If-Match", "\"\($0)\"") } ?? ("If-None-Match", "*")
        return try answered(
            try await exchange.send(
                .PUT, "/v1/settings/" + name, headers: [condition], body: Array(text.utf8),
                mediaType: "text/plain; charset=utf-8"
            ).body)
    }
}
