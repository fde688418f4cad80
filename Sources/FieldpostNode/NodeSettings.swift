package import FieldpostCore
package import FieldpostTransport

/// Everything that a node needs to know to run. All layers of configuration were already merged and checked.
package struct NodeSettings: Sendable {
    package var role: Role
    /// The node's name for people. It should be unique in the fleet.
    package var name: String
    /// The directory of the key (`node.key`, PEM), the journal and the admin socket.
    package var stateDirectory: String
    /// Where peers may connect ("host:port"). Nil: nowhere.
    package var listen: String?
    /// Peers to dial ("host:port"). The node stays connected to each one.
    package var dial: [String]
    /// Where the HTTP API listens ("host:port"; port 0: any free one).
    package var http: String
    /// Where the residents' page is, over plain HTTP ("host:port"). Nil: nowhere.
    package var publicHTTP: String?
    /// The same over TLS, with the certificate of `httpTLS`. Nil: nowhere.
    package var publicHTTPS: String?
    /// The address of the residents' page that posters and links name, such as "https://nk.example.cn/". Nil: none.
    package var publicURL: String?
    /// The directory of the pages' files. Nil: `PageFiles.standardDirectory`.
    package var pages: String?
    /// Where Prometheus can read the metrics ("host:port"). Nil: nowhere.
    package var metrics: String?
    /// Anyone who can connect to the HTTP API may do everything that it offers.
    package var httpOpen: Bool
    /// PEM files for HTTP over TLS: the certificates, with the node's own first, and the key. Nil: without TLS.
    package var httpTLS: HTTPTLSFiles?
    /// The grids that a gateway serves.
    package var grids: [String]
    /// For people and for tuning: "ethernet", "lte" …
    package var linkClass: String
    /// What links may carry, by class.
    package var links: [LinkClass] = []
    /// Plain TCP between nodes, without enrollment.
    package var insecure: Bool
    /// Seconds of running time for which a gateway keeps what central also holds.
    package var retentionSeconds: UInt64
    package var mediaLimits: MediaLimits
    /// The program that makes thumbnails, or a socket behind which systemd starts it. Nil:
    /// `Thumbnailer.standardHelper`.
    package var thumbnailHelper: String?

    /// All addresses of `http`, in numeric form. Port 0: any free one. Throws `SettingsError`.
    package var httpAddresses: [(host: String, port: Int)] {
        get throws { try Self.addresses(of: http, "http").map { ($0.host, $0.port) } }
    }

    /// All addresses of `publicHTTP`.
    package var publicHTTPAddresses: [(host: String, port: Int)] {
        get throws {
            try publicHTTP.map { try Self.addresses(of: $0, "public_http") }?.map { ($0.host, $0.port) } ?? []
        }
    }

    /// All addresses of `publicHTTPS`.
    package var publicHTTPSAddresses: [(host: String, port: Int)] {
        get throws {
            try publicHTTPS.map { try Self.addresses(of: $0, "public_https") }?.map { ($0.host, $0.port) } ?? []
        }
    }

    /// All addresses of `metrics`.
    package var metricsAddresses: [(host: String, port: Int)] {
        get throws { try metrics.map { try Self.addresses(of: $0, "metrics") }?.map { ($0.host, $0.port) } ?? [] }
    }

    /// All addresses of `listen`.
    package var listenAddresses: [Endpoint] {
        get throws { try listen.map { try Self.addresses(of: $0, "listen") } ?? [] }
    }

    private static func addresses(of text: String, _ setting: String) throws -> [Endpoint] {
        guard let endpoint = Endpoint(text) else { throw SettingsError.badAddress(text) }
        do throws(UnknownHost) {
            return try endpoint.listening()
        } catch {
            throw SettingsError.unknownHost(
                setting: setting, place: text, reason: error.reason, isTemporary: error.isTemporary)
        }
    }

    package var adminSocket: String { stateDirectory + "/admin.sock" }

    package init(
        role: Role, name: String, stateDirectory: String, listen: String? = nil, dial: [String] = [], http: String,
        publicHTTP: String? = nil, httpOpen: Bool = false, httpTLS: HTTPTLSFiles? = nil, grids: [String] = [],
        linkClass: String = "unknown", insecure: Bool = false,
        retentionSeconds: UInt64 = Limits.retentionSeconds, mediaLimits: MediaLimits = MediaLimits()
    ) {
        self.role = role
        self.name = name
        self.stateDirectory = stateDirectory
        self.listen = listen
        self.dial = dial
        self.http = http
        self.publicHTTP = publicHTTP
        self.httpOpen = httpOpen
        self.httpTLS = httpTLS
        self.grids = grids
        self.linkClass = linkClass
        self.insecure = insecure
        self.retentionSeconds = retentionSeconds
        self.mediaLimits = mediaLimits
    }
}

/// The most bytes of one photo, and of one clip or sound, that a node takes in.
package struct MediaLimits: Hashable, Sendable {
    package var photoBytes: UInt64
    package var clipBytes: UInt64

    package init(photoBytes: UInt64 = Limits.photoBytes, clipBytes: UInt64 = Limits.clipBytes) {
        self.photoBytes = photoBytes
        self.clipBytes = clipBytes
    }
}

/// Paths of PEM files.
package struct HTTPTLSFiles: Hashable, Sendable {
    package let certificates: String
    package let key: String

    package init(certificates: String, key: String) {
        self.certificates = certificates
        self.key = key
    }
}

package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    case badAddress(String)
    /// `isTemporary`: the resolver did not answer.
    case unknownHost(setting: String, place: String, reason: String, isTemporary: Bool)

    package var description: String {
        switch self {
        case .unknownHost(let setting, let place, let reason, _):
            "`\(setting)` names a host that has no address here: \(place) (\(reason)). Nothing was changed. Write "
                + "the address itself, such as 127.0.0.1:\(Endpoint(place)?.port ?? 8080)."
        case .badAddress(let text): "\"\(text)\" is not an address. Write host:port, such as 127.0.0.1:8080."
        }
    }
}
