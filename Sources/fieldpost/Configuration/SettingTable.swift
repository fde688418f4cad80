import FieldpostCore

extension Setting {
    static let role = Setting(
        key: "role", environment: nil, flag: nil, kind: .choice(["gateway", "central"]), roles: [.gateway, .central],
        standard: "the role of the command", example: "gateway", exampleAtCentral: "central",
        meaning: "The role that this file is for. The node does not start in the other role.")

    static let name = Setting(
        key: "name", environment: "FIELDPOST_NAME", flag: "name", kind: .text, roles: [.gateway, .central],
        standard: "the machine's host name", example: "station-12", exampleAtCentral: "central",
        meaning: "The name that people see. Give each node its own name.")

    static let stateDirectory = Setting(
        key: "state_directory", environment: "FIELDPOST_STATE_DIRECTORY", flag: "state-directory", kind: .directory,
        roles: [.gateway, .central], standard: "$STATE_DIRECTORY under systemd, else /var/lib/fieldpost",
        example: "/var/lib/fieldpost",
        meaning:
            "The directory of the key, the journal and the admin socket. The disk must keep what is synced.")

    static let listen = Setting(
        key: "listen", environment: "FIELDPOST_LISTEN", flag: "listen", kind: .address, roles: [.gateway, .central],
        standard: "none", example: "127.0.0.1:7311", exampleAtCentral: "127.0.0.1:7310",
        meaning: "The address on which this node accepts other nodes, as host:port. Only enrolled nodes are accepted.")

    static let dial = Setting(
        key: "dial", environment: "FIELDPOST_DIAL", flag: "dial", kind: .peers, roles: [.gateway, .central],
        standard: "none", example: "[\"127.0.0.1:7310\"]", exampleAtCentral: "[\"127.0.0.1:7311\"]",
        meaning: "Nodes that this node connects to, each as host:port. A gateway behind NAT must dial.")

    static let http = Setting(
        key: "http", environment: "FIELDPOST_HTTP", flag: "http", kind: .address, roles: [.gateway, .central],
        standard: "127.0.0.1:8080 at a gateway, 127.0.0.1:8081 at central", example: "127.0.0.1:8080",
        exampleAtCentral: "127.0.0.1:8081",
        meaning: "The address of the HTTP API, as host:port. Port 0 means any free port.")

    static let publicHTTP = Setting(
        key: "public_http", environment: "FIELDPOST_PUBLIC_HTTP", flag: "public-http", kind: .address,
        roles: [.gateway, .central], standard: "none", example: "0.0.0.0:8090",
        meaning:
            "The address of the residents' page (随手拍) over plain HTTP, as host:port. Residents need no token there. It "
            + "serves nothing else, and limits their rate.")

    static let publicHTTPS = Setting(
        key: "public_https", environment: "FIELDPOST_PUBLIC_HTTPS", flag: "public-https", kind: .address,
        roles: [.gateway, .central], standard: "none", example: "0.0.0.0:8443",
        meaning:
            "The address of the same page over TLS, with http_certificate. With a certificate that phones trust, the "
            + "page then also opens without a network.")

    static let publicURL = Setting(
        key: "public_url", environment: "FIELDPOST_PUBLIC_URL", flag: "public-url", kind: .text,
        roles: [.gateway, .central], standard: "none", example: "https://nk.example.cn/",
        meaning: "The address of the residents' page as posters and links name it. It begins with http:// or https://.")

    static let pages = Setting(
        key: "pages", environment: "FIELDPOST_PAGES", flag: "pages", kind: .directory, roles: [.gateway, .central],
        standard: "the pages beside this program, else ../share/fieldpost/pages", example: "/usr/share/fieldpost/pages",
        meaning: "The directory of the files of the pages that browsers get.")

    static let httpOpen = Setting(
        key: "http_open", environment: "FIELDPOST_HTTP_OPEN", flag: "http-open", kind: .boolean,
        roles: [.gateway, .central], standard: "false", example: "false",
        meaning:
            "Lets anyone who can reach the HTTP API read and change all reports without a token or password. For tests "
            + "only.")

    static let metrics = Setting(
        key: "metrics", environment: "FIELDPOST_METRICS", flag: "metrics", kind: .address, roles: [.gateway, .central],
        standard: "none", example: "127.0.0.1:9108", exampleAtCentral: "127.0.0.1:9107",
        meaning:
            "The address where Prometheus can read the metrics of this node (GET /metrics), as host:port, over plain "
            + "HTTP without a password. They contain nothing of reports, terminals or people.")

    static let metricsOpen = Setting(
        key: "metrics_open", environment: "FIELDPOST_METRICS_OPEN", flag: "metrics-open", kind: .boolean,
        roles: [.gateway, .central], standard: "false", example: "false",
        meaning: "Lets `metrics` be an address that other machines can reach.")

    static let httpCertificate = Setting(
        key: "http_certificate", environment: "FIELDPOST_HTTP_CERTIFICATE", flag: "http-certificate", kind: .file,
        roles: [.gateway, .central], standard: "none: plain HTTP", example: "/etc/fieldpost/http.crt",
        meaning: "A PEM file of the certificates for HTTP over TLS, with the node's own certificate first.")

    static let httpKey = Setting(
        key: "http_key", environment: "FIELDPOST_HTTP_KEY", flag: "http-key", kind: .file,
        roles: [.gateway, .central], standard: "none", example: "/etc/fieldpost/http.key",
        meaning: "The PEM file of that certificate's private key.")

    static let grids = Setting(
        key: "grids", environment: "FIELDPOST_GRIDS", flag: "grids", kind: .texts, roles: [.gateway],
        standard: "none", example: "[\"10014\", \"10018\"]",
        meaning: "The grids that this gateway serves. Central sends it the reports of these grids.")

    static let linkClass = Setting(
        key: "link_class", environment: "FIELDPOST_LINK_CLASS", flag: "link-class", kind: .text,
        roles: [.gateway, .central], standard: "unknown", example: "lte", exampleAtCentral: "ethernet",
        meaning: "The kind of uplink, for people and tuning: ethernet, lte, satellite …")

    static let links = Setting(
        key: "links", environment: nil, flag: nil, kind: .links, roles: [.gateway],
        standard: "no limits",
        example:
            "{lte: {interfaces: [wwan0], daily: 50MB, monthly: 1GB, photo_hours: [\"22:00-06:00\"]}, "
            + "satellite: {lanes: [urgent, entries]}}",
        meaning:
            "What links that cost money may carry, by class: which links belong to it (interfaces, or peers as "
            + "addresses), lanes (urgent, entries, thumbnails, photos), daily and monthly (data of all kinds, in both "
            + "directions) and photo_hours (local time). A connection that no class names has the class of link_class.")

    static let insecure = Setting(
        key: "insecure", environment: "FIELDPOST_INSECURE", flag: "insecure", kind: .boolean,
        roles: [.gateway, .central], standard: "false", example: "false",
        meaning:
            "Uses plain TCP instead of TLS with other nodes. Anyone on the path can read and change the traffic, and "
            + "nodes do not prove their identity. Both sides must set it."
    )

    static let retention = Setting(
        key: "retention", environment: "FIELDPOST_RETENTION", flag: "retention", kind: .span, roles: [.gateway],
        standard: "14d", example: "14d",
        meaning:
            "How long this gateway keeps a report that central also holds and that nobody changed, in its own running "
            + "time. If central is restored from a backup that is older than this, pruned reports may be lost.")

    static let photoLimit = Setting(
        key: "photo_limit", environment: "FIELDPOST_PHOTO_LIMIT", flag: "photo-limit", kind: .size,
        roles: [.gateway, .central], standard: "25MiB", example: "25MiB",
        meaning: "The largest photo that this node takes in.")

    static let clipLimit = Setting(
        key: "clip_limit", environment: "FIELDPOST_CLIP_LIMIT", flag: "clip-limit", kind: .size,
        roles: [.gateway, .central], standard: "200MiB", example: "200MiB",
        meaning: "The largest clip or sound that this node takes in.")

    static let thumbnailHelper = Setting(
        key: "thumbnail_helper", environment: "FIELDPOST_THUMBNAIL_HELPER", flag: "thumbnail-helper", kind: .file,
        roles: [.gateway, .central],
        standard: "/run/fieldpost-thumbnail.socket if it exists, else fieldpost-thumbnail beside this program",
        example: "/usr/bin/fieldpost-thumbnail",
        meaning: "The program that makes thumbnails of photos, or a socket behind which systemd starts it.")

    static let logLevel = Setting(
        key: "log_level", environment: "FIELDPOST_LOG_LEVEL", flag: "log-level",
        kind: .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
        roles: [.gateway, .central], standard: "info", example: "info",
        meaning: "The lowest severity of log lines on standard error.")

    /// All settings, in the order of a configuration file.
    static let all: [Setting] = [
        role, name, stateDirectory, http, publicHTTP, publicHTTPS, publicURL, pages, httpOpen, httpCertificate, httpKey,
        metrics, metricsOpen, listen, dial, grids,
        linkClass, links, retention, photoLimit, clipLimit, thumbnailHelper, insecure,
        logLevel,
    ]

    static func all(for role: Role) -> [Setting] { all.filter { $0.roles.contains(role) } }

    /// This variable names the file itself, so it is not a setting.
    static let configurationVariable = "FIELDPOST_CONFIGURATION"

    /// The path of the file when none is named.
    static func standardFile(for role: Role) -> String { "/etc/fieldpost/\(role.name).yaml" }

    static let standardStateDirectory = "/var/lib/fieldpost"

    static func standardHTTP(for role: Role) -> String { role == .gateway ? "127.0.0.1:8080" : "127.0.0.1:8081" }
}
