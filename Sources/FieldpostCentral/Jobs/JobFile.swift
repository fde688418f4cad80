import FieldpostAPI
import FieldpostCore
import FieldpostNode
import Foundation
import Glibc

/// The jobs in a file beside the journal. They are not in the journal: nobody needs to get them, and a progress that
/// changes every second is no entry. What a job did is in the audit events.
struct JobFile: Sendable {
    let path: String

    init(stateDirectory: String) { path = stateDirectory + "/jobs.json" }

    /// Jobs that ran go on. A file that cannot be read is set aside: no report depends on it.
    func load() -> (jobs: [ResyncJob], problem: String?) {
        do throws(SmallFile.Failure) {
            let bytes = try SmallFile.read(path, limit: Limits.jobFileBytes)
            guard let jobs = try? JSONDecoder().decode([ResyncJob].self, from: Data(bytes)) else {
                return ([], setAside("it is no list of jobs"))
            }
            return (
                jobs.map { job in
                    var job = job
                    if job.state == .running { job.state = .waiting }
                    return job
                }, nil
            )
        } catch {
            return error.code == ENOENT ? ([], nil) : ([], setAside(error.reason))
        }
    }

    private func setAside(_ reason: String) -> String {
        let place = path + ".damaged"
        let isMoved = rename(path, place) == 0
        return "\(path) cannot be read (\(reason)), so the jobs in it are forgotten. Reports are safe. "
            + (isMoved ? "The file is kept as \(place). " : "") + "Start the resyncs again that are still wanted."
    }

    /// Throws `NodeKeyError`.
    func save(_ jobs: [ResyncJob]) throws {
        try PrivateFile.write(Array(try JSONEncoder().encode(jobs)), path: path, replaces: true)
    }
}
