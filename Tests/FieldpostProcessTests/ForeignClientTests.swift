import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// Other HTTP clients, at both ports of a real gateway, with and without TLS. A client that is not installed is skipped
/// with a message.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ForeignClientTests {
    private struct Ports {
        let own: String
        let residents: String
        let token: String
    }

    private static let report = #"{"channel":"suishoupai","text":"井盖缺损"}"#

    @Test func `curl gets its answers, whatever it asks for`() async throws {
        guard try await isThere("curl") else { return }
        for isSecret in [false, true] {
            try await withGateway(isSecret) { ports, directory in
                let post = "-H 'Content-Type: application/json' --data-binary @report.json"
                try Data(Self.report.utf8).write(to: URL(filePath: directory + "/report.json"))
                let long = #"{"channel":"suishoupai","text":"\#(String(repeating: "井", count: 8_000))"}"#
                try Data(long.utf8).write(to: URL(filePath: directory + "/long.json"))
                let cases: [(String, Int)] = [
                    ("/healthz", 200), ("--http2 /healthz", 200), ("--http1.0 /healthz", 200), ("-I /healthz", 200),
                    ("--compressed /healthz", 200), ("-H 'Connection: Upgrade' -H 'Upgrade: websocket' /healthz", 200),
                    ("--http2 \(post) /v1/reports", 201), ("--http1.0 \(post) /v1/reports", 201),
                    ("-H 'Expect: 100-continue' \(post) /v1/reports", 201),
                    ("-H 'Transfer-Encoding: chunked' \(post) /v1/reports", 201),
                    ("-H 'Content-Type: application/json; charset=utf8' --data-binary @long.json /v1/reports", 201),
                    ("-H 'Expect: 100-continue' --data-binary @long.json /v1/reports", 415),
                    ("-H 'Expect: 100-continue' \(post) /v1/nothing", 404), ("-X BREW /healthz", 501),
                ]
                for address in [ports.own, ports.residents] {
                    for (number, (what, status)) in cases.enumerated() {
                        let (arguments, path) = (what.split(separator: " ").dropLast(), what.split(separator: " ").last)
                        let scheme = isSecret ? "--cacert http.crt https" : "http"
                        let from = "-H 'X-Forwarded-For: 192.0.2.\(number + 1)'"
                        let (code, text) = try Tool.shell(
                            "curl -sS -o body -w '%{http_code}' --expect100-timeout 600 --max-time 120 \(from) "
                                + "-H 'Authorization: Bearer \(Self.named(address, ports))' "
                                + "\(arguments.joined(separator: " ")) \(scheme)://\(address)\(path ?? "")",
                            in: directory)
                        // Without a 100 (Continue) for which it waits, curl would come to the end of its time.
                        #expect(code == 0 && text == "\(status)", "\(what): \(text)")
                    }
                }
                // HTTP/2 with prior knowledge is refused at once, not left waiting.
                guard !isSecret else { return }
                let (code, _) = try Tool.shell(
                    "curl -sS --max-time 60 --http2-prior-knowledge http://\(ports.own)/healthz", in: directory)
                #expect(code != 0 && code != 28)
            }
        }
    }

    @Test func `Python gets its answers over one connection`() async throws {
        guard try await isThere("python3") else { return }
        try await withGateway(false) { ports, directory in
            let script = """
                import http.client, json, sys, urllib.request, gzip
                address, token = sys.argv[1:]
                body = json.dumps({"channel": "suishoupai", "text": "井盖"}).encode()
                fields = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
                connection = http.client.HTTPConnection(address, timeout=60)
                def ask(method, path, body=None, more={}):
                    connection.request(method, path, body, {**fields, **more, "X-Forwarded-For": "203.0.113.7"})
                    answer = connection.getresponse()
                    answer.read()
                    return answer.status
                assert ask("GET", "/healthz") == 200
                first = connection.sock
                assert ask("POST", "/v1/reports", body) == 201
                assert ask("POST", "/v1/reports", iter([body[:5], body[5:]])) == 201
                assert ask("POST", "/v1/reports", gzip.compress(body), {"Content-Encoding": "gzip"}) == 201
                assert ask("POST", "/v1/reports", b"{") == 400
                assert ask("HEAD", "/healthz") == 200
                assert connection.sock is first, "the connection was not kept"
                request = urllib.request.Request("http://" + address + "/v1/reports", body, fields)
                assert urllib.request.urlopen(request, timeout=60).status == 201
                """
            try Data(script.utf8).write(to: URL(filePath: directory + "/client.py"))
            for address in [ports.own, ports.residents] {
                let (code, text) = try Tool.shell(
                    "python3 client.py \(address) \(Self.named(address, ports)) 2>&1", in: directory)
                #expect(code == 0, "\(text)")
            }
        }
    }

    @Test func `Java's client, which asks for HTTP/2 and waits for 100 each time, gets its answers`()
        async throws
    {
        guard try await isThere("javac") else { return }
        try await withGateway(false) { ports, directory in
            let program = """
                import java.net.URI;
                import java.net.http.*;
                import java.time.Duration;
                public class Client {
                    public static void main(String[] a) throws Exception {
                        HttpClient client = HttpClient.newHttpClient();
                        for (int i = 0; i < 6; i++) {
                            HttpRequest.Builder b = HttpRequest.newBuilder(URI.create("http://" + a[0] + "/v1/reports"))
                                .timeout(Duration.ofSeconds(60)).expectContinue(i % 2 == 1)
                                .header("Content-Type", "application/json").header("Authorization", "Bearer " + a[1])
                                .header("X-Forwarded-For", "198.51.100." + i)
                                .POST(HttpRequest.BodyPublishers.ofString("{\\"channel\\":\\"suishoupai\\"}"));
                            int status = client.send(b.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
                            if (status != 201) throw new Exception("status " + status + " at " + i);
                        }
                    }
                }
                """
            try Data(program.utf8).write(to: URL(filePath: directory + "/Client.java"))
            #expect(try Tool.shell("javac Client.java 2>&1", in: directory).status == 0)
            for address in [ports.own, ports.residents] {
                let (code, text) = try Tool.shell(
                    "java -cp . Client \(address) \(Self.named(address, ports)) 2>&1", in: directory)
                #expect(code == 0, "\(text)")
            }
        }
    }

    // MARK: Helpers

    private static func named(_ address: String, _ ports: Ports) -> String {
        address == ports.own ? ports.token : "none"
    }

    private func isThere(_ program: String) async throws -> Bool {
        guard try await Program.run(["-c", "command -v \(program)"], of: "/bin/sh").status != 0 else { return true }
        FileHandle.standardError.write(Data("skipped: \(program) is not installed\n".utf8))
        return false
    }

    private func withGateway(_ isSecret: Bool, _ body: (Ports, String) async throws -> Void) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        var arguments = ["--public-http", "127.0.0.1:0"]
        if isSecret {
            // The plain page of residents never has TLS.
            arguments = ["--public-https", "127.0.0.1:0"]
            let files = CertificateFiles(in: place.path)
            try files.make("http", subject: "localhost", address: "127.0.0.1")
            arguments += ["--http-certificate", files.path("http.crt"), "--http-key", files.path("http.key")]
        }
        let node = try Program.node("gateway", "gateway", in: place.path + "/node", arguments)
        let started = try await node.start(Launch(environment: ["FIELDPOST_HTTP_OPEN": "false"]))
        defer { node.kill() }
        let token = try #require(try await node.socket.addTerminal("P-7", channel: "suishoupai").value.token)
        try await body(
            Ports(
                own: try #require(started.httpAddress),
                residents: try #require(isSecret ? started.publicHTTPSAddresses.first : started.publicAddress),
                token: token),
            place.path)
    }
}
