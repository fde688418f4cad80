import ArgumentParser
import FieldpostAPI
import FieldpostClient
import FieldpostHTTP
import FieldpostNode
import Foundation

struct PosterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poster",
        abstract: "Makes a poster with the QR code of the residents' page, as an HTML file to print.",
        discussion: """
            The address is `public_url` of the node on this machine, and the name is the node's. With both flags, no \
            node need run.

            EXAMPLE
              fieldpost poster --configuration /etc/fieldpost/gateway.yaml > poster.html

            \(ExitStatus.table)
            """)

    @OptionGroup var daemon: DaemonOptions
    @Option(help: "The address of the page, such as http://192.168.1.10:8090/.") var url: String?
    @Option(help: "The name of the station as residents know it.") var station: String?
    @Option(help: "The file to write. Default: standard output.") var output: String?

    func run() async throws {
        let (address, name) = try await place()
        guard PublicURL.isValid(address) else {
            throw ValidationError(
                "\"\(address.visibleLine)\" is not the address of a page. Write it like https://nk.example.cn/ or "
                    + "http://192.168.1.10:8090/.")
        }
        let text = try Poster(url: PublicURL.base(address), station: name).html
        guard let output else { return TTY.write(text) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: output))
        } catch {
            throw CommandFailure(
                .inputOutput, "\(output) cannot be written: \(error.localizedDescription). Nothing else was changed.")
        }
    }

    private func place() async throws -> (url: String, station: String) {
        if let url, let station { return (url, station) }
        let client = try daemon.client()
        let status = try await DaemonOptions.explaining { () throws(ClientError) in try await client.status() }
        guard let address = url ?? status.publicURL else {
            throw CommandFailure(
                .configuration,
                "This node's `public_url` is not set, so nobody knows the address of its page. Set it, or give --url.")
        }
        return (address, station ?? status.name)
    }
}

/// A sheet of A4 for a wall: what the page is for, its code, and what else to know. It needs no other file.
struct Poster {
    let url: String
    let station: String

    /// Throws `Problem` if the address is too long for a QR code.
    var html: String {
        get throws {
            let code = try QRCode(url).svg(title: url)
            return """
                <!doctype html>
                <html lang="zh-CN"><head><meta charset="utf-8"><title>随手拍 · \(PageText.escaped(station))</title>
                <style>
                @page { size: A4; margin: 15mm }
                body { font-family: "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 0 auto;
                  max-width: 180mm; text-align: center; color: #111; background: #fff }
                h1 { font-size: 46pt; margin: 8mm 0 0 }
                h1 small { display: block; font-size: 18pt; font-weight: normal }
                svg { width: 110mm; height: 110mm; margin: 6mm auto; display: block }
                p { font-size: 17pt; margin: 3mm 0; line-height: 1.5 } .en { color: #444; font-size: 12pt }
                .url { font-family: monospace; font-size: 15pt; overflow-wrap: anywhere }
                .urgent { border: 2pt solid #b00; padding: 3mm; color: #b00; font-weight: bold }
                </style></head><body>
                <h1>随手拍<small>民生110 · \(PageText.escaped(station))</small></h1>
                <p>电动车上楼充电、路灯不亮、井盖破损、垃圾堆放……<br>扫一扫，拍张照，二十秒上报，随时查看处理进展。</p>
                <p class="en" lang="en">Scan, take a photo, report in twenty seconds, and see what becomes of it.</p>
                \(code)
                <p class="url">\(PageText.escaped(url))</p>
                <p>不用注册，可以匿名。没有信号也能先填好，连上后自动发送。</p>
                <p class="en" lang="en">No account. Anonymous if you like. Without a signal it is sent later.</p>
                <p class="urgent">火灾、伤人等紧急情况请直接拨打 119、110、120<br>
                <span class="en" lang="en">In an emergency call 119, 110 or 120.</span></p>
                </body></html>

                """
        }
    }
}
