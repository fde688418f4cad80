package import FieldpostAPI
package import FieldpostCore
import NIOHTTP1

/// Central's sealing keys, and what they open. Only through the admin socket.
extension FieldpostClient {
    package func sealing() async throws(ClientError) -> Answered<SealingList> { try await call(.GET, "/v1/sealing") }

    package func rotateSealing() async throws(ClientError) -> Answered<SealingList> {
        try await call(.POST, "/v1/sealing/rotate")
    }

    package func contact(of report: ReportID) async throws(ClientError) -> Answered<JSONValue> {
        try await call(.POST, "/v1/reports/\(report)/contact")
    }
}
