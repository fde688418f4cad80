package import FieldpostAPI
import Foundation
import NIOHTTP1

/// Central's resyncs. Only through the admin socket.
extension FieldpostClient {
    /// Asks for a resync, which central carries out. `rate`: bytes a second; nil: as fast as the link allows.
    package func resync(
        gateway: String, mode: ResyncJob.Mode, rate: Int? = nil
    ) async throws(ClientError) -> Answered<ResyncJob> {
        let name = gateway.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? gateway
        return try await call(
            .POST, "/v1/gateways/\(name)/resync", [("mode", mode.rawValue), ("rate", rate.map { "\($0)" })])
    }

    /// `state`: only jobs in it.
    package func jobs(_ state: ResyncJob.State? = nil) async throws(ClientError) -> Answered<ResyncJobList> {
        try await call(.GET, "/v1/jobs", [("state", state?.rawValue)])
    }

    package func job(_ number: Int) async throws(ClientError) -> Answered<ResyncJob> {
        try await call(.GET, "/v1/jobs/\(number)")
    }

    /// `verb`: "pause", "resume" or "cancel".
    package func changeJob(_ number: Int, _ verb: String) async throws(ClientError) -> Answered<ResyncJob> {
        try await call(.POST, "/v1/jobs/\(number)/\(verb)")
    }
}
