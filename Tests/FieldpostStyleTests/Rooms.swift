/// Which target may import what: pure values below, thin edges above, arrows only downward, siblings apart.
enum Rooms {
    /// What the system brings. The rooms without input and output do without it.
    static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "CoreFoundation", "Glibc", "Synchronization", "Dispatch",
    ]

    private static let core: Set<String> = ["Crypto"]
    private static let sync: Set<String> = ["FieldpostCore"]
    private static let media: Set<String> = ["FieldpostCore"]
    private static let metrics: Set<String> = ["FieldpostCore", "CoreMetrics", "Synchronization"]
    /// Foundation for `Data`, which is what SwiftProtobuf calls bytes.
    private static let wire: Set<String> = ["FieldpostCore", "SwiftProtobuf", "CZlib", "Foundation"]
    private static let store: Set<String> = ["FieldpostCore"]
    private static let journal = platform.union([
        "FieldpostStore", "FieldpostCore", "GRDB", "GRDBSQLite", "CoreMetrics", "Metrics",
    ])
    private static let blobs = platform.union(["FieldpostStore", "FieldpostCore", "Crypto"])
    private static let transport = platform.union([
        "FieldpostWire", "FieldpostCore", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOSSL", "NIOTLS", "Crypto",
        "X509", "SwiftASN1",
    ])
    private static let session: Set<String> = ["FieldpostStore", "FieldpostSync", "FieldpostWire", "FieldpostCore"]
    private static let node = platform.union([
        "FieldpostSession", "FieldpostJournal", "FieldpostBlobs", "FieldpostStore", "FieldpostTransport",
        "FieldpostSync",
        "FieldpostWire", "FieldpostMedia", "FieldpostAPI", "FieldpostCore", "ServiceLifecycle", "Logging",
        "CoreMetrics", "Metrics", "NIOCore",
        "NIOPosix", "Crypto", "CryptoExtras", "CSpawn",
    ])
    /// Without Foundation: this room stands in the path of every request.
    private static let http = platform.subtracting(["Foundation", "FoundationEssentials", "CoreFoundation"]).union([
        "FieldpostNode", "FieldpostStore", "FieldpostMedia", "FieldpostMetrics", "FieldpostAPI", "FieldpostCore",
        "Hummingbird",
        "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "CoreMetrics", "Metrics", "NIOCore", "NIOHTTP1", "NIOSSL",
        "Logging",
        "ServiceLifecycle", "Crypto", "CZlib", "CQREncode",
    ])
    private static let client = platform.union([
        "FieldpostAPI", "FieldpostCore", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "Crypto",
    ])
    private static let fleet = platform.union([
        "FieldpostClient", "FieldpostGateway", "FieldpostNode", "FieldpostTransport", "FieldpostAPI", "FieldpostCore",
        "NIOCore", "NIOPosix",
    ])
    private static let roles = node.union(http).union(["FieldpostHTTP"])
    /// AsyncHTTPClient for webhooks.
    private static let central = roles.union(["AsyncHTTPClient"])

    /// The only files that may import FieldpostJournal. They open, repair or copy a journal, or give a file beside it
    /// the same owner. All others use the protocols of FieldpostStore.
    static let journalImporters: Set<String> = [
        "Sources/FieldpostNode/Node.swift", "Sources/FieldpostNode/Host/PrivateFile.swift",
        "Sources/fieldpost/Commands/RepairCommand.swift", "Sources/fieldpost/Commands/RepairText.swift",
        "Sources/fieldpost/Backup/Backup.swift", "Sources/fieldpost/Backup/Restore.swift",
        "Sources/fieldpost/Backup/SealedKeys.swift", "Sources/fieldpost/Doctor/JournalExamination.swift",
    ]

    /// The only files that may import FieldpostBlobs. They open the store of photos, or copy its files for a backup.
    static let blobImporters: Set<String> = [
        "Sources/FieldpostNode/Node.swift", "Sources/fieldpost/Backup/Backup.swift",
        "Sources/fieldpost/Backup/BackupFolder.swift", "Sources/fieldpost/Backup/Restore.swift",
    ]

    static let allowedImports: [String: Set<String>] = [
        "FieldpostCore": core,
        "FieldpostAPI": [],
        "FieldpostClient": client,
        "FieldpostFleet": fleet,
        "FieldpostSync": sync,
        "FieldpostMedia": media,
        "FieldpostMetrics": metrics,
        "FieldpostWire": wire,
        "FieldpostStore": store,
        "FieldpostJournal": journal,
        "FieldpostBlobs": blobs,
        "FieldpostTransport": transport,
        "FieldpostSession": session,
        "FieldpostNode": node,
        "FieldpostHTTP": http,
        "FieldpostGateway": roles,
        "FieldpostCentral": central,
        "fieldpost-thumbnail": ["Glibc", "CTurboJPEG"],
        "fieldpost": roles.union([
            "FieldpostGateway", "FieldpostCentral", "FieldpostFleet", "FieldpostClient", "ArgumentParser",
            "UnixSignals", "Yams",
        ]),
    ]

    /// The programs, as modules. Only the tests of a program itself import it: what it shares with others is in a
    /// library.
    static let programs = [
        "fieldpost": "FieldpostCommandTests", "fieldpost_simulator": "FieldpostSimulatorTests",
        "fieldpost_fuzz": "FieldpostFuzzTests", "fieldpost_thumbnail": "FieldpostThumbnailTests",
    ]
}
