import FieldpostAPI
import FieldpostClient
import Foundation
import Glibc
import TestKit
import Testing

/// What a node says of its helper for thumbnails.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ThumbnailStatusTests {
    @Test(arguments: [nil, "missing"])
    func `A node finds the helper beside its program or by its setting, and starts without it`(name: String?)
        async throws
    {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let setting = name.map { "thumbnail_helper: \(place.path)/\($0)\n" } ?? ""
        let file = try place.file("gateway.yaml", "http: 127.0.0.1:0\n" + setting)
        let node = try Daemon("gateway", directory: "\(place.path)/state", arguments: ["--configuration", file])
        #expect(try await node.says(" ready "), "\(node.text)")
        let status = try await node.socket.status()
        let helper = status.thumbnails?.helper
        #expect(name == nil ? helper?.hasSuffix("/fieldpost-thumbnail") == true : helper == nil)
        // Nobody missed it yet.
        #expect(!status.alarms.contains { $0.contains("thumbnail") })
        node.send(SIGTERM)
        #expect(try await node.end() == 0, "\(node.text)")
    }
}
