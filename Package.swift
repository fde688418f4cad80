// swift-tools-version: 6.2
import PackageDescription

/// Our own targets: Swift 6 mode, and a warning is an error.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

// Pure values below, thin edges above; arrows only downward; siblings do not see each other.
let package = Package(
    name: "fieldpost",
    products: [
        .executable(name: "fieldpost", targets: ["fieldpost"]),
        .executable(name: "fieldpost-thumbnail", targets: ["fieldpost-thumbnail"]),
        .executable(name: "fieldpost-simulator", targets: ["fieldpost-simulator"]),
        .executable(name: "fieldpost-fuzz", targets: ["fieldpost-fuzz"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .executableTarget(
            name: "fieldpost",
            dependencies: [
                "FieldpostFleet", "FieldpostClient", "FieldpostGateway", "FieldpostCentral", "FieldpostHTTP",
                "FieldpostNode", "FieldpostTransport", "FieldpostJournal", "FieldpostBlobs", "FieldpostStore",
                "FieldpostSync", "FieldpostWire", "FieldpostAPI", "FieldpostCore", crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
                "FieldpostMetrics", coreMetrics, logging, lifecycle, signals, nioCore,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "FieldpostFleet",
            dependencies: [
                "FieldpostClient", "FieldpostGateway", "FieldpostNode", "FieldpostTransport", "FieldpostAPI",
                "FieldpostCore", nioCore, nioPosix,
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostClient",
            dependencies: [
                "FieldpostAPI", "FieldpostCore", asyncHTTPClient, nioCore, nioHTTP, nioPosix, nioSSL, crypto,
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostGateway",
            dependencies: [
                "FieldpostHTTP", "FieldpostNode", "FieldpostStore", "FieldpostTransport", "FieldpostSync",
                "FieldpostAPI", "FieldpostCore", hummingbird, logging, lifecycle, nioPosix,
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostCentral",
            dependencies: [
                "FieldpostHTTP", "FieldpostNode", "FieldpostStore", "FieldpostTransport", "FieldpostSync",
                "FieldpostAPI", "FieldpostCore", hummingbird, asyncHTTPClient, nioHTTP, nioCore,
                crypto, logging, lifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostHTTP",
            dependencies: [
                "FieldpostNode", "FieldpostStore", "FieldpostMedia", "FieldpostMetrics", "FieldpostAPI",
                "FieldpostCore", hummingbird, .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"), nioSSL, nioHTTP, logging, lifecycle, nioCore,
                coreMetrics, metrics, crypto, "CZlib", "CQREncode",
            ],
            resources: [.copy("Pages")],
            swiftSettings: strict),
        .target(
            name: "FieldpostNode",
            dependencies: [
                "FieldpostSession", "FieldpostJournal", "FieldpostBlobs", "FieldpostStore", "FieldpostTransport",
                "FieldpostSync", "FieldpostWire", "FieldpostMedia", "FieldpostAPI", "FieldpostCore", coreMetrics, metrics,
                logging, lifecycle, nioCore, nioPosix, crypto, cryptoExtras, "CSpawn",
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostSession",
            dependencies: ["FieldpostStore", "FieldpostSync", "FieldpostWire", "FieldpostCore"],
            swiftSettings: strict),
        .target(
            name: "FieldpostTransport",
            dependencies: [
                "FieldpostWire", "FieldpostCore", nioCore, nioPosix, nioSSL, nioTLS, crypto, x509, asn1,
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostJournal",
            dependencies: [
                "FieldpostStore", "FieldpostCore", coreMetrics, metrics, .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "FieldpostBlobs", dependencies: ["FieldpostStore", "FieldpostCore", crypto], swiftSettings: strict),
        .target(name: "FieldpostStore", dependencies: ["FieldpostCore"], swiftSettings: strict),
        .target(name: "FieldpostSync", dependencies: ["FieldpostCore"], swiftSettings: strict),
        .target(name: "FieldpostMedia", dependencies: ["FieldpostCore"], swiftSettings: strict),
        .target(
            name: "FieldpostWire",
            dependencies: [
                "FieldpostCore", "CZlib", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            resources: [.embedInCode("Resources/dictionary-1.bin")],
            swiftSettings: strict),
        .target(
            name: "FieldpostMetrics", dependencies: ["FieldpostCore", coreMetrics], swiftSettings: strict),
        .target(name: "FieldpostAPI", swiftSettings: strict),
        .target(
            name: "FieldpostCore", dependencies: [crypto],
            resources: [
                .embedInCode("Resources/catalogue.tsv"), .embedInCode("Resources/stages.tsv"),
                .embedInCode("Resources/calendar.tsv"), .embedInCode("Resources/indicators.tsv"),
                .embedInCode("Resources/timers.tsv"), .embedInCode("Resources/templates.tsv"),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(name: "fieldpost-thumbnail", dependencies: ["CTurboJPEG"], swiftSettings: strict),
        .systemLibrary(name: "CSpawn"),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),

        .target(
            name: "FaultDisk",
            dependencies: [
                "FieldpostJournal", "FieldpostBlobs", "FieldpostStore", "FieldpostCore",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Tests/FaultDisk", swiftSettings: strict),
        .target(
            name: "FilledJournal",
            dependencies: [
                "FieldpostJournal", "FieldpostStore", "FieldpostWire", "FieldpostCore",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/FilledJournal", swiftSettings: strict),
        .target(name: "MediaSamples", path: "Tests/MediaSamples", swiftSettings: strict),
        .target(
            name: "TestKit",
            dependencies: [
                "FieldpostFleet", "FieldpostClient", "FieldpostTransport", "FieldpostWire", "FieldpostAPI",
                "FieldpostCore", nioPosix,
            ],
            path: "Tests/TestKit", swiftSettings: strict),
        .executableTarget(
            name: "fieldpost-simulator",
            dependencies: [
                "FaultDisk", "FieldpostSession", "FieldpostJournal", "FieldpostBlobs", "FieldpostStore",
                "FieldpostSync",
                "FieldpostWire", "FieldpostCore",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/Simulator", swiftSettings: strict),
        .executableTarget(
            name: "fieldpost-fuzz",
            dependencies: [
                "MediaSamples", "FieldpostHTTP", "FieldpostNode", "FieldpostStore", "FieldpostMedia", "FieldpostWire",
                "FieldpostCore", "CZlib",
            ],
            path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: strict),
        .executableTarget(
            name: "fieldpost-bench",
            dependencies: [
                "TestKit", "MediaSamples", "FieldpostFleet", "FieldpostClient", "FieldpostHTTP", "FieldpostNode",
                "FieldpostTransport",
                "FieldpostJournal", "FieldpostStore", "FieldpostWire", "FieldpostAPI", "FieldpostCore", "CZlib",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                nioCore, nioHTTP, nioPosix, crypto,
            ],
            path: "Tests/Benchmarks", exclude: ["baseline.json"], swiftSettings: strict),
        .testTarget(name: "FieldpostFuzzTests", dependencies: ["fieldpost-fuzz"], swiftSettings: strict),
        .testTarget(
            name: "FaultDiskTests",
            dependencies: [
                "FaultDisk", "FieldpostJournal", "FieldpostBlobs", "FieldpostStore", "FieldpostCore",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),

        .testTarget(
            name: "FieldpostCoreTests", dependencies: ["TestKit", "FieldpostCore"],
            exclude: ["Handling/deadlines.py"], swiftSettings: strict),
        .testTarget(
            name: "FieldpostMetricsTests",
            dependencies: ["TestKit", "FieldpostMetrics", "FieldpostCore", coreMetrics, metrics],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostWireTests",
            dependencies: [
                "FieldpostWire", "FieldpostCore", crypto, .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostTransportTests",
            dependencies: [
                "FieldpostTransport", "FieldpostWire", "FieldpostCore", crypto, nioCore, nioPosix,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostSyncTests", dependencies: ["FieldpostSync", "FieldpostCore"], swiftSettings: strict),
        .testTarget(
            name: "FieldpostMediaTests",
            dependencies: ["TestKit", "MediaSamples", "FieldpostMedia", "FieldpostCore"], swiftSettings: strict),
        .testTarget(
            name: "FieldpostThumbnailTests",
            dependencies: [
                "fieldpost-thumbnail", "CTurboJPEG", "TestKit", "MediaSamples", "FieldpostFleet", "FieldpostNode",
                "FieldpostBlobs", "FieldpostStore", "FieldpostMedia", "FieldpostAPI", "FieldpostCore", logging,
                "CSpawn",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostBlobsTests",
            dependencies: [
                "TestKit", "FaultDisk", "FieldpostBlobs", "FieldpostJournal", "FieldpostSession", "FieldpostSync",
                "FieldpostWire", "FieldpostStore", "FieldpostCore", crypto,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostJournalTests",
            dependencies: [
                "FaultDisk", "FilledJournal", "FieldpostJournal", "FieldpostStore", "FieldpostWire", "FieldpostCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                coreMetrics, .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostNodeTests",
            dependencies: [
                "TestKit", "FaultDisk", "FieldpostNode", "FieldpostJournal", "FieldpostStore", "FieldpostSync",
                "FieldpostWire", "FieldpostAPI", "FieldpostCore", logging, coreMetrics,
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostGatewayTests",
            dependencies: [
                "TestKit", "FieldpostGateway", "FieldpostNode", "FieldpostSync", "FieldpostAPI", "FieldpostCore",
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostHTTPTests",
            dependencies: [
                "TestKit", "FaultDisk", "MediaSamples", "FieldpostHTTP", "FieldpostNode", "FieldpostJournal",
                "FieldpostBlobs", "FieldpostStore", "FieldpostMedia", "FieldpostWire",
                "FieldpostAPI", "FieldpostCore", hummingbird, logging, lifecycle, nioCore, nioHTTP, crypto,
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                coreMetrics, .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostCommandTests",
            dependencies: [
                "fieldpost", "TestKit", "FieldpostFleet", "FieldpostClient", "FieldpostNode", "FieldpostTransport",
                "FieldpostSync", "FieldpostJournal", "FieldpostStore", "FieldpostWire", "FieldpostAPI",
                "FieldpostCore", logging, nioCore, nioHTTP, nioPosix,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostProcessTests",
            dependencies: [
                "TestKit", "MediaSamples", "FilledJournal", "FieldpostFleet", "FieldpostClient", "FieldpostJournal",
                "FieldpostStore",
                "FieldpostWire", "FieldpostGateway", "FieldpostCentral", "FieldpostHTTP", "FieldpostNode",
                "FieldpostTransport", "FieldpostAPI", "FieldpostCore", nioHTTP, nioCore, nioPosix,
                .product(name: "GRDB", package: "GRDB.swift"), logging,
            ],
            exclude: ["receiver.py", "roles.tsv"], swiftSettings: strict),
        .testTarget(
            name: "FieldpostRigTests",
            dependencies: [
                "TestKit", "FilledJournal", "MediaSamples", "FieldpostFleet", "FieldpostClient", "FieldpostNode",
                "FieldpostJournal",
                "FieldpostStore",
                "FieldpostTransport", "FieldpostWire", "FieldpostAPI", "FieldpostCore", nioCore, nioHTTP, nioPosix,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FieldpostSimulatorTests", dependencies: ["fieldpost-simulator"], swiftSettings: strict),
        .testTarget(name: "FieldpostStyleTests", swiftSettings: strict),
    ]
)
