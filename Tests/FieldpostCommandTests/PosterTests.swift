import FieldpostCore
import FieldpostNode
import Foundation
import Testing

@testable import fieldpost

/// The poster and its setting.
struct PosterTests {
    @Test func `a poster has the address, its code and the station, as text`() throws {
        let html = try Poster(url: "http://192.168.1.10:8090/", station: #"南坑<script>alert("1")</script>"#).html
        #expect(html.contains("http://192.168.1.10:8090/") && html.contains("<svg ") && html.contains("民生110"))
        #expect(!html.contains("<script") && html.contains("南坑&lt;script&gt;"))
        // A sheet of its own: nothing is loaded.
        #expect(!html.contains("src=") && !html.contains("href=") && !html.contains("url("))
    }

    @Test(arguments: [
        ("https://nk.example.cn/", true), ("http://192.168.1.10:8090", true), ("http://[fd00::1]:8090/", true),
        ("nk.example.cn", false), ("ftp://x/", false), ("http://", false), ("http://x/path", false),
        ("https://x/?a", false), ("https://x/#a", false), ("http://x y/", false), ("http://x\"><script>/", false),
        ("http://" + String(repeating: "x", count: 300), false),
    ])
    func `the address of the page is checked`(url: String, isValid: Bool) throws {
        let flags = ConfigurationLayer(flags: [(.publicURL, [url])])
        func load() throws(ConfigurationError) -> Configuration {
            try Configuration.load(role: .gateway, flags: flags, file: nil, environment: [:], hostName: "x")
        }
        if isValid {
            #expect(try load().settings.publicURL == url)
        } else {
            #expect(throws: ConfigurationError.self) { try load() }
        }
    }

    @Test func `the page over TLS needs a certificate`() {
        let flags = ConfigurationLayer(flags: [(.publicHTTPS, ["0.0.0.0:8443"])])
        #expect(throws: ConfigurationError.self) {
            try Configuration.load(role: .gateway, flags: flags, file: nil, environment: [:], hostName: "x")
        }
    }
}
