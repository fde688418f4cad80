import FieldpostCore

/// The words of the pages without a script, in Chinese with English below.
enum PlainText {
    /// After a report: that it is kept, and how to see what becomes of it.
    static func taken(secret: String, code: String) -> String {
        page(
            title: "已收到", english: "Received",
            body: """
                <p>您的上报已经保存在本站，网络恢复后会自动送到街道。<br>
                <span lang="en">Your report is kept here, and goes on by itself as soon as there is a link.</span></p>
                <p>回执号 <span lang="en">Receipt</span>: <strong>\(code)</strong></p>
                <p>请保存下面的回执密码。凭它可以查看进展，请勿给他人。<br>
                <span lang="en">Keep this secret. It shows what becomes of the report. Give it to nobody.</span></p>
                <p><output class="secret">\(PageText.escaped(secret))</output></p>
                \(question(secret: secret))
                """)
    }

    /// What the holder of a receipt sees.
    static func state(_ view: ReceiptView, secret: String, code: String) -> String {
        guard view.state == "shown" else {
            return page(
                title: "已撤回", english: "Taken back",
                body: """
                    <p>这条上报已经撤回，不再显示。<br>
                    <span lang="en">This report was taken back and is hidden.</span></p>
                    """)
        }
        var rows = [line("已收到", "Received", view.receivedAt ?? "", nil)]
        if view.heldAt == "central" { rows.append(line("已送达街道", "At central", "", nil)) }
        rows += (view.steps ?? []).map { line($0.stage.zh, $0.stage.en, $0.at ?? "", $0.text) }
        let category = view.category.map { "<p>\(PageText.escaped($0.zh ?? $0.code))</p>" } ?? ""
        let notes = (view.notes ?? []).map { note in
            let who =
                switch note.from {
                case "reporter": "上报人 <span lang=\"en\">Reporter</span>"
                case "resident": "其他居民 <span lang=\"en\">Another resident</span>"
                default: "工作人员 <span lang=\"en\">Staff</span>"
                }
            return "<li>\(who): \(PageText.escaped(note.text))</li>"
        }
        return page(
            title: view.stage?.zh ?? "已收到", english: view.stage?.en ?? "Received",
            body: """
                <p>回执号 <span lang="en">Receipt</span>: <strong>\(code)</strong></p>
                \(category)<ol>\(rows.joined())</ol>\(notes.isEmpty ? "" : "<ul>\(notes.joined())</ul>")
                \(question(secret: secret))
                """)
    }

    /// What went wrong: what is safe, and what to do next.
    static func refusal(_ problem: Problem) -> String {
        page(
            title: "没有完成", english: "Not done",
            body: """
                <p role="alert">\(words(for: problem))<br><span lang="en">\(PageText.escaped(problem.detail))</span></p>
                <p>请用浏览器的“返回”回到表单，填写的内容还在。<br>
                <span lang="en">Go back with your browser: what you wrote is still there.</span></p>
                """)
    }

    // MARK: Parts

    private static func words(for problem: Problem) -> String {
        switch problem.kind {
        case .tooManyRequests: "发送太频繁，这次没有收下。请稍等一分钟再试。"
        case .tooLarge: "照片太多或太大，这次没有收下。请减少照片再试。"
        case .mediaNotTaken, .mediaDefective, .unsupportedMediaType: "有一个文件不是照片或视频，或者已经损坏，这次没有收下。请换一张再试。"
        case .emptyChange: "还没有写内容，也没有照片，这次没有收下。请写几个字，或选一张照片。"
        case .invalidValue, .unknownKey, .malformedJSON: "有一项填写得不对，这次没有收下。请改正后再试。"
        case .noSealingKey: "本站现在还不能保密保存联系方式，这次没有收下。请不填联系方式再试，或稍后再试。"
        case .unknownReceipt, .unauthenticated: "没有找到这个回执。请检查有没有抄错；如果是在别的站点上报的，可能还在路上，请稍后再试。"
        case .notKept: "本站已不再保存这条上报，请在家里打开同一页面查询。"
        case .diskFull, .refusingReports, .busy, .journalFailed, .blobsFailed: "本站现在收不下，这次没有收下。请稍后再试。"
        default: "这次没有收下。请再试一次。"
        }
    }

    private static func line(_ chinese: String, _ english: String, _ time: String, _ text: String?) -> String {
        let said = text.map { "<br>\(PageText.escaped($0))" } ?? ""
        let when = time.isEmpty ? "" : " <time datetime=\"\(time)\">\(local(time))</time>"
        return
            "<li>\(PageText.escaped(chinese)) <span lang=\"en\">\(PageText.escaped(english))</span>\(when)\(said)</li>"
    }

    /// The time of the station, such as "12月1日 00:10".
    private static func local(_ time: String) -> String {
        guard let milliseconds = Timestamp.milliseconds(time) else { return time }
        let (civil, date) = (CivilTime(milliseconds: milliseconds), CivilTime(milliseconds: milliseconds).day.date)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.month)月\(date.day)日 \(two(civil.minuteOfDay / 60)):\(two(civil.minuteOfDay % 60))"
    }

    /// A button that shows the state, without a script and without an address that names the secret.
    private static func question(secret: String) -> String {
        """
        <form method="post" action="/receipt"><input type="hidden" name="secret" value="\(PageText.escaped(secret))">\
        <button type="submit">查看进展 <span lang="en">See what became of it</span></button></form>
        """
    }

    private static func page(title: String, english: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="zh-CN"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
        <title>\(PageText.escaped(title))</title><link rel="stylesheet" href="/style/tokens.css">
        <link rel="stylesheet" href="/style/page.css"></head>
        <body><main class="plain">
        <h1>\(PageText.escaped(title)) <small lang="en">\(PageText.escaped(english))</small></h1>
        \(body)
        <p><a href="/">再报一件 <span lang="en">Report something else</span></a></p></main></body></html>
        """
    }
}
