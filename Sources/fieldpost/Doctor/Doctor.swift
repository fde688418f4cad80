import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostGateway
import FieldpostHTTP
import FieldpostNode
import FieldpostWire
import Glibc
import Logging

/// Looks at a node from outside: its files, its machine, the process if it runs, and its peers. Changes nothing.
struct Doctor: Sendable {
    let configuration: Configuration
    var settings: NodeSettings { configuration.settings }
    var directory: String { settings.stateDirectory }

    func findings() async -> [Finding] {
        let status = try? await FieldpostClient(socket: settings.adminSocket).status()
        var findings = configurationFindings()
        findings += FileExamination(directory: directory).findings()
        let (key, keyFindings) = keyFindings()
        findings += keyFindings
        findings += certificateFindings()
        findings += ClockExamination.findings(peers: status?.peers ?? [])
        findings += DiskExamination(directory: directory).findings()
        if let key { findings.append(JournalExamination.finding(directory: directory, node: key.node)) }
        findings += daemonFindings(status)
        if settings.role == .gateway {
            findings += await CentralExamination(settings: settings, key: key).findings()
        }
        if let status { findings += await ListenerExamination(status: status).findings() }
        findings += versionFindings(status)
        findings += UnitExamination.findings(of: settings.role)
        return findings
    }

    private func configurationFindings() -> [Finding] {
        var findings: [Finding] = configuration.warnings.map {
            .warning("configuration", $0, mend: "see README.md, \"By hand\"; leave it if it is intended")
        }
        do {
            // What it would log is in the findings.
            try NodeHost.check(settings, logger: Logger(label: "fieldpost") { _ in SwiftLogNoOpLogHandler() })
            findings.insert(.ok("configuration", "it is valid, and so is what it names"), at: 0)
        } catch  where error is NodeKeyError || error is HTTPTLSError {
            // The key and the certificate have their own lines.
        } catch {
            findings.insert(
                .fault(
                    "configuration", CommandFailure(error).description,
                    mend: "correct it; `fieldpost check \(settings.role.name)` reads it again"), at: 0)
        }
        return findings
    }

    private func keyFindings() -> (NodeKey?, [Finding]) {
        do throws(NodeKeyError) {
            let key = try NodeKey.ofNode(in: directory, creates: false)
            var findings = [Finding.ok("key", "NodeID \(key.node.short)…, readable by its owner only")]
            if settings.role == .gateway, !settings.insecure { findings.append(enrollmentFinding()) }
            return (key, findings)
        } catch {
            let text = error.description
            if case .missing = error {
                return (
                    nil,
                    [
                        .warning(
                            "key", "there is none in \(directory)",
                            mend: "a new node gets one from `fieldpost init` or its first start; for an old one, "
                                + "restore it from the backup first, or it becomes another node")
                    ]
                )
            }
            return (nil, [.fault("key", text, mend: "the node does not start before this is mended")])
        }
    }

    private func enrollmentFinding() -> Finding {
        guard let central = CentralPin(stateDirectory: directory).read() else {
            return .fault(
                "enrollment", "this gateway is not enrolled, so its reports stay here",
                mend: "run `fieldpost enroll`; central then admits it")
        }
        return .ok("enrollment", "with central \(central.short)…")
    }

    private func certificateFindings() -> [Finding] {
        guard let files = settings.httpTLS else { return [] }
        do throws(HTTPTLSError) {
            return CertificateExamination.findings(
                try CertificateFacts(files), of: files.certificates, publicURL: settings.publicURL,
                now: Int64(time(nil))) + [FileExamination.keyFinding(files.key)].compactMap(\.self)
        } catch {
            return [.fault("certificate", "\(error.file) \(error.reason)", mend: error.remedy)]
        }
    }

    private func daemonFindings(_ status: NodeStatus?) -> [Finding] {
        guard let status else {
            return [
                .warning(
                    "daemon", "no node answers at \(settings.adminSocket)",
                    mend: "start it, or look why it ended: `systemctl status fieldpost-\(settings.role.name)`. If it "
                        + "runs, run this as root or as its user")
            ]
        }
        guard status.role.rawValue == settings.role.name else {
            return [
                .fault(
                    "daemon", "the node that runs here is a \(status.role.rawValue)",
                    mend: "a state directory belongs to one node: give each its own")
            ]
        }
        let up = Quantity.duration(seconds: status.uptimeSeconds)
        let alarms = status.alarms.map {
            Finding.warning("alarm", $0, mend: "GUIDE.md says of each alarm what to do")
        }
        return [.ok("daemon", "it runs, for \(up)")] + alarms
    }

    private func versionFindings(_ status: NodeStatus?) -> [Finding] {
        let here =
            "fieldpost \(Version.text), wire protocol \(Version.wire), SQLite \(JournalExamination.libraryVersion), "
            + "zlib \(CompressionLibrary.version)"
        if let status, status.version != Version.text {
            return [
                .warning(
                    "versions", "\(here); but the running node is \(status.version)",
                    mend: "restart the node, which loses nothing")
            ]
        }
        let others = (status?.peers ?? []).filter { peer in
            peer.selfReport.map { $0.version != Version.text } ?? false
        }
        guard let other = others.first else { return [.ok("versions", here)] }
        return [
            .warning(
                "versions",
                "\(here); \(Quantity.count(others.count, "gateway has", "gateways have")) another, such as "
                    + "\(other.name) with \(other.selfReport?.version ?? "")",
                mend: "upgrade them when it suits; versions of one wire protocol work together")
        ]
    }
}
