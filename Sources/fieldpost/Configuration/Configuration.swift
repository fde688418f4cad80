import FieldpostCore
import FieldpostNode
import FieldpostTransport
import Foundation

/// All layers joined and checked: flags before environment before file before defaults.
struct Configuration: Sendable {
    let settings: NodeSettings
    let logLevel: String
    /// The values of all layers, by setting.
    private let values: [String: [String]]
    /// Warnings that do not stop the node. They are logged at every start.
    let warnings: [String]

    /// `file`: the file named by a flag. Throws a `ConfigurationError` that names all problems of all layers.
    static func load(
        role: Role, flags: ConfigurationLayer, file: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        hostName: String = ProcessInfo.processInfo.hostName
    ) throws(ConfigurationError) -> Configuration {
        let fileLayer = try readFile(named: file, role: role, environment: environment)
        let join = ConfigurationJoin(
            role: role, layers: [flags, ConfigurationLayer(environment: environment), fileLayer])
        guard join.problems.isEmpty else { throw ConfigurationError(problems: join.problems) }
        let httpTLS: HTTPTLSFiles?
        switch (join.text(.httpCertificate), join.text(.httpKey)) {
        case (nil, nil): httpTLS = nil
        case (let certificates?, let key?): httpTLS = HTTPTLSFiles(certificates: certificates, key: key)
        default:
            throw ConfigurationError(problems: [
                .init(
                    place: join.place(.httpCertificate) ?? join.place(.httpKey) ?? .flag("http-certificate"),
                    message: "http_certificate and http_key belong together: set both or neither.")
            ])
        }
        if httpTLS == nil, join.text(.publicHTTPS) != nil {
            throw ConfigurationError(problems: [
                .init(
                    place: join.place(.publicHTTPS) ?? .flag("public-https"),
                    message: "public_https needs http_certificate and http_key: set them, or leave it out.")
            ])
        }
        if let url = join.text(.publicURL), !PublicURL.isValid(url) {
            throw ConfigurationError(problems: [
                .init(
                    place: join.place(.publicURL) ?? .flag("public-url"),
                    message: "public_url must be like https://nk.example.cn/ or http://192.168.1.10:8090/, without a "
                        + "path, a query or a fragment.")
            ])
        }
        if let metrics = join.text(.metrics), Endpoint(metrics)?.isLoopback != true, join.text(.metricsOpen) != "true" {
            throw ConfigurationError(problems: [
                .init(
                    place: join.place(.metrics) ?? .flag("metrics"),
                    message: "metrics: other machines may reach \(metrics), and nothing there asks for a password. Use "
                        + "127.0.0.1, or set metrics_open: true if that is intended.")
            ])
        }
        let stateDirectory = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        var settings = NodeSettings(
            role: role, name: join.text(.name) ?? hostName,
            stateDirectory: join.text(.stateDirectory) ?? stateDirectory ?? Setting.standardStateDirectory,
            listen: join.text(.listen), dial: join.texts(.dial),
            http: join.text(.http) ?? Setting.standardHTTP(for: role), publicHTTP: join.text(.publicHTTP),
            httpOpen: join.text(.httpOpen) == "true", httpTLS: httpTLS, grids: join.texts(.grids),
            linkClass: join.text(.linkClass) ?? "unknown", insecure: join.text(.insecure) == "true",
            retentionSeconds: join.text(.retention).flatMap { Span($0) }?.seconds ?? Limits.retentionSeconds,
            mediaLimits: MediaLimits(
                photoBytes: join.text(.photoLimit).flatMap { ByteSize($0) }?.bytes ?? Limits.photoBytes,
                clipBytes: join.text(.clipLimit).flatMap { ByteSize($0) }?.bytes ?? Limits.clipBytes))
        settings.links = join.links
        settings.publicHTTPS = join.text(.publicHTTPS)
        settings.publicURL = join.text(.publicURL)
        settings.pages = join.text(.pages)
        settings.metrics = join.text(.metrics)
        settings.thumbnailHelper = join.text(.thumbnailHelper)
        return Configuration(
            settings: settings, logLevel: join.text(.logLevel) ?? "info",
            values: join.values, warnings: warnings(settings))
    }

    /// The settings that differ in `other` and that a running node cannot apply.
    func changesAtNextStart(to other: Configuration) -> [String] {
        let keepsTLS = (settings.httpTLS == nil) == (other.settings.httpTLS == nil)
        let taken: [Setting] = [.logLevel, .links] + (keepsTLS ? [.httpCertificate, .httpKey] : [])
        return Setting.all.map(\.key).filter { key in
            values[key] != other.values[key] && !taken.contains { $0.key == key }
        }
    }

    /// A file that a flag or the variable names must exist. The standard one is optional.
    private static func readFile(
        named flag: String?, role: Role, environment: [String: String]
    ) throws(ConfigurationError) -> ConfigurationLayer {
        let variable = environment[Setting.configurationVariable]
        let path = flag ?? variable ?? Setting.standardFile(for: role)
        if let file = try ConfigurationFile.read(path: path) { return file.layer }
        guard flag != nil || variable != nil else { return ConfigurationLayer() }
        let place: ConfigurationError.Place =
            flag != nil ? .flag("configuration") : .variable(Setting.configurationVariable)
        throw ConfigurationError(problems: [
            .init(place: place, message: "there is no file \(path). `fieldpost init \(role.name)` creates one.")
        ])
    }

    private static func warnings(_ settings: NodeSettings) -> [String] {
        var warnings: [String] = []
        if settings.insecure {
            warnings.append(
                "Links to other nodes use plain TCP because `insecure` is on: anyone on the path can read and change "
                    + "the traffic, and nodes do not prove their identity. Use this only on your own network.")
        }
        if settings.httpOpen {
            warnings.append(
                "Anyone who can reach the HTTP API at \(settings.http) may read and change all reports, because "
                    + "`http_open` is on.")
        } else if settings.httpTLS == nil, Endpoint(settings.http)?.isLoopback == false {
            warnings.append(
                "Tokens and passwords reach \(settings.http) unencrypted: set `http_certificate` and `http_key`, or "
                    + "serve HTTP on loopback behind a reverse proxy with TLS.")
        }
        if let metrics = settings.metrics, Endpoint(metrics)?.isLoopback != true {
            warnings.append(
                "Other machines may read the metrics at \(metrics) without a password, because `metrics_open` is on.")
        }
        if settings.listen == nil, settings.dial.isEmpty {
            warnings.append(
                "Neither `listen` nor `dial` is set: reports stay on this node until one of them is set.")
        }
        return warnings
    }
}
