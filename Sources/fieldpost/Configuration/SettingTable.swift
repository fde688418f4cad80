import FieldpostCore

extension Setting {
    static let role = Setting(
        key: "role", environment: nil, flag: nil, kind: .choice(["gateway", "central"]), roles: [.gateway, .central],
        standard: "the role of the command", example: "gateway", exampleAtCentral: "central",
        meaning: "The role this file is for. A start under the other role is refused.")

    static let name = Setting(
        key: "name", environment: "FIELDPOST_NAME", flag: "name", kind: .text, roles: [.gateway, .central],
        standard: "the machine's host name", example: "station-12", exampleAtCentral: "central",
        meaning: "What people call this node; each node of a fleet has its own.")

    static let stateDirectory = Setting(
        key: "state_directory", environment: "FIELDPOST_STATE_DIRECTORY", flag: "state-directory", kind: .directory,
        roles: [.gateway, .central], standard: "$STATE_DIRECTORY under systemd, else /var/lib/fieldpost",
        example: "/var/lib/fieldpost",
        meaning: "Holds the key, the journal and the admin socket. Belongs on a disk that keeps what it synced.")

    static let listen = Setting(
        key: "listen", environment: "FIELDPOST_LISTEN", flag: "listen", kind: .address, roles: [.gateway, .central],
        standard: "nowhere", example: "127.0.0.1:7311", exampleAtCentral: "127.0.0.1:7310",
        meaning: "Where other nodes may dial in, as host:port. Only those that are enrolled are let in.")

    static let dial = Setting(
        key: "dial", environment: "FIELDPOST_DIAL", flag: "dial", kind: .peers, roles: [.gateway, .central],
        standard: "nobody", example: "[\"127.0.0.1:7310\"]", exampleAtCentral: "[\"127.0.0.1:7311\"]",
        meaning: "Nodes to dial and to stay connected with, each as host:port. A gateway behind NAT dials out.")

    static let http = Setting(
        key: "http", environment: "FIELDPOST_HTTP", flag: "http", kind: .address, roles: [.gateway, .central],
        standard: "127.0.0.1:8080 at a gateway, 127.0.0.1:8081 at central", example: "127.0.0.1:8080",
        exampleAtCentral: "127.0.0.1:8081",
        meaning: "Where the HTTP API listens, as host:port; port 0 takes any free one.")

    static let publicHTTP = Setting(
        key: "public_http", environment: "FIELDPOST_PUBLIC_HTTP", flag: "public-http", kind: .address,
        roles: [.gateway], standard: "nowhere", example: "0.0.0.0:8090",
        meaning:
            "Where residents may send reports (随手拍) without a token, as host:port: nothing else is served there, and "
            + "at a bounded rate.")

    static let httpOpen = Setting(
        key: "http_open", environment: "FIELDPOST_HTTP_OPEN", flag: "http-open", kind: .boolean,
        roles: [.gateway, .central], standard: "false", example: "false",
        meaning:
            "Lets whoever reaches the HTTP API read and change all reports, without a token or password: for trials.")

    static let httpCertificate = Setting(
        key: "http_certificate", environment: "FIELDPOST_HTTP_CERTIFICATE", flag: "http-certificate", kind: .file,
        roles: [.gateway, .central], standard: "none: plain HTTP", example: "/etc/fieldpost/http.crt",
        meaning: "A PEM file of the certificates that HTTP is served with over TLS, the node's own first.")

    static let httpKey = Setting(
        key: "http_key", environment: "FIELDPOST_HTTP_KEY", flag: "http-key", kind: .file,
        roles: [.gateway, .central], standard: "none", example: "/etc/fieldpost/http.key",
        meaning: "The PEM file of that certificate's private key.")

    static let grids = Setting(
        key: "grids", environment: "FIELDPOST_GRIDS", flag: "grids", kind: .texts, roles: [.gateway],
        standard: "none", example: "[\"10014\", \"10018\"]",
        meaning: "The grids this gateway serves: reports in them come down to it from central.")

    static let linkClass = Setting(
        key: "link_class", environment: "FIELDPOST_LINK_CLASS", flag: "link-class", kind: .text,
        roles: [.gateway, .central], standard: "unknown", example: "lte", exampleAtCentral: "ethernet",
        meaning: "What the uplink is, for people and tuning: ethernet, lte, satellite …")

    static let insecure = Setting(
        key: "insecure", environment: "FIELDPOST_INSECURE", flag: "insecure", kind: .boolean,
        roles: [.gateway, .central], standard: "false", example: "false",
        meaning:
            "Speaks plain TCP with other nodes instead of TLS: anyone on the way can read and change what passes, and "
            + "nobody proves who he is. Both sides must set it."
    )

    static let retention = Setting(
        key: "retention", environment: "FIELDPOST_RETENTION", flag: "retention", kind: .span, roles: [.gateway],
        standard: "14d", example: "14d",
        meaning:
            "How long this gateway keeps a report that central holds too and that nobody touched, in its own running "
            + "time. Central put back from a copy older than that cannot be given back what was pruned.")

    static let logLevel = Setting(
        key: "log_level", environment: "FIELDPOST_LOG_LEVEL", flag: "log-level",
        kind: .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        roles: [.gateway, .central], standard: "info", example: "info",
        meaning: "The least severe lines that go to standard error.")

    /// Every setting, in the order of a configuration file.
    static let all: [Setting] = [
        role, name, stateDirectory, http, publicHTTP, httpOpen, httpCertificate, httpKey, listen, dial, grids,
        linkClass, retention, insecure, logLevel,
    ]

    static func all(for role: Role) -> [Setting] { all.filter { $0.roles.contains(role) } }

    /// Names the file itself, so no setting in it.
    static let configurationVariable = "FIELDPOST_CONFIGURATION"

    /// Where a file is looked for when none is named.
    static func standardFile(for role: Role) -> String { "/etc/fieldpost/\(role.name).yaml" }

    static let standardStateDirectory = "/var/lib/fieldpost"

    static func standardHTTP(for role: Role) -> String { role == .gateway ? "127.0.0.1:8080" : "127.0.0.1:8081" }
}
