import ArgumentParser
import FieldpostCore

/// The flags of `gateway` and `central`. The table of settings gives their names and help.
struct NodeOptions: ParsableArguments {
    @Option(
        name: .customLong("configuration"),
        help: "The YAML file of settings. Default: /etc/fieldpost/ROLE.yaml, if it exists.")
    var configurationFile: String?

    @Option(name: flag(.name), help: help(.name)) var name: String?
    @Option(name: flag(.stateDirectory), help: help(.stateDirectory)) var stateDirectory: String?
    @Option(name: flag(.http), help: help(.http)) var http: String?
    @Option(name: flag(.publicHTTP), help: help(.publicHTTP)) var publicHTTP: String?
    @Option(name: flag(.publicHTTPS), help: help(.publicHTTPS)) var publicHTTPS: String?
    @Option(name: flag(.publicURL), help: help(.publicURL)) var publicURL: String?
    @Option(name: flag(.pages), help: help(.pages)) var pages: String?
    @Flag(name: flag(.httpOpen), inversion: .prefixedNo, help: help(.httpOpen)) var httpOpen: Bool?
    @Option(name: flag(.httpCertificate), help: help(.httpCertificate)) var httpCertificate: String?
    @Option(name: flag(.httpKey), help: help(.httpKey)) var httpKey: String?
    @Option(name: flag(.metrics), help: help(.metrics)) var metrics: String?
    @Flag(name: flag(.metricsOpen), inversion: .prefixedNo, help: help(.metricsOpen)) var metricsOpen: Bool?
    @Option(name: flag(.listen), help: help(.listen)) var listen: String?
    @Option(name: flag(.dial), help: help(.dial)) var dial: [String] = []
    @Option(name: flag(.grids), help: help(.grids)) var grids: [String] = []
    @Option(name: flag(.linkClass), help: help(.linkClass)) var linkClass: String?
    @Option(name: flag(.retention), help: help(.retention)) var retention: String?
    @Option(name: flag(.photoLimit), help: help(.photoLimit)) var photoLimit: String?
    @Option(name: flag(.clipLimit), help: help(.clipLimit)) var clipLimit: String?
    @Option(name: flag(.thumbnailHelper), help: help(.thumbnailHelper)) var thumbnailHelper: String?
    @Flag(name: flag(.insecure), inversion: .prefixedNo, help: help(.insecure)) var insecure: Bool?
    @Option(name: flag(.logLevel), help: help(.logLevel)) var logLevel: String?

    /// The process id of a program that starts nodes itself, such as the demo.
    @Option(help: .hidden) var exitWithParent: Int32?

    /// The values from the command line.
    var layer: ConfigurationLayer {
        ConfigurationLayer(flags: [
            (.name, name.map { [$0] }), (.stateDirectory, stateDirectory.map { [$0] }), (.http, http.map { [$0] }),
            (.publicHTTP, publicHTTP.map { [$0] }), (.publicHTTPS, publicHTTPS.map { [$0] }),
            (.publicURL, publicURL.map { [$0] }), (.pages, pages.map { [$0] }), (.httpOpen, httpOpen.map { ["\($0)"] }),
            (.httpCertificate, httpCertificate.map { [$0] }), (.httpKey, httpKey.map { [$0] }),
            (.metrics, metrics.map { [$0] }), (.metricsOpen, metricsOpen.map { ["\($0)"] }),
            (.listen, listen.map { [$0] }), (.dial, dial.isEmpty ? nil : dial), (.grids, grids.isEmpty ? nil : grids),
            (.linkClass, linkClass.map { [$0] }), (.retention, retention.map { [$0] }),
            (.photoLimit, photoLimit.map { [$0] }), (.clipLimit, clipLimit.map { [$0] }),
            (.thumbnailHelper, thumbnailHelper.map { [$0] }),
            (.insecure, insecure.map { ["\($0)"] }), (.logLevel, logLevel.map { [$0] }),
        ])
    }

    /// Reads the configuration once. Throws `ConfigurationError`.
    func configuration(_ role: Role) throws(ConfigurationError) -> Configuration {
        try Configuration.load(role: role, flags: layer, file: configurationFile)
    }

    /// Reads the configuration now, and again at each reload. Throws `ConfigurationError`.
    func runner(_ role: Role) throws(ConfigurationError) -> NodeRunner {
        let (flags, file) = (layer, configurationFile)
        return try NodeRunner(parent: exitWithParent) { () throws(ConfigurationError) in
            try Configuration.load(role: role, flags: flags, file: file)
        }
    }

    private static func flag(_ setting: Setting) -> NameSpecification { .customLong(setting.flag ?? setting.key) }

    private static func help(_ setting: Setting) -> ArgumentHelp {
        ArgumentHelp("\(setting.meaning) Default: \(setting.standard).")
    }
}
