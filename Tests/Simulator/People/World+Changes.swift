import FieldpostCore

/// What people write: changes with every field and every other element.
extension World {
    private static let texts = ["井盖破损", "路灯不亮 é", "路灯不亮 e\u{301}", "积水", "🚧"]
    private static let words = ["城管", "环卫", "应急", "a", "b"]

    /// `known`: what the author saw of the report; nil for a new one.
    func drawChange(seeing known: Terminal.Known?) -> Change {
        var change = Change()
        if chance(percent: 60) { change.fields[.text] = drawText() }
        if chance(percent: plan.urgent) { change.fields[.priority] = .text("urgent") }
        for field in [FieldName.category, .channel, .department, .device, .reporter, .unknown]
        where chance(percent: 12) {
            change.fields[field] =
                chance(percent: 10) ? .cleared : .text(Self.words[Int(draw(0...4))])
        }
        drawReporter(into: &change)
        if chance(percent: 15) { change.fields[.capturedAt] = .integer(Int64(draw(0...3)) - 1) }
        if chance(percent: 20) { change.fields[.location] = .location(drawLocation()) }
        if chance(percent: 25) { change.notes = (0...draw(0...1)).map { _ in Note(text: drawPlainText()) } }
        if chance(percent: 20) { drawStep(into: &change) }
        if chance(percent: 12) {
            let blob = Hash256(hashing: [UInt8(draw(0...5))])
            change.attachments = [Attachment(blob: blob, mediaType: "image/jpeg", byteCount: draw(0...100_000))]
        }
        if let plan = plan.photos, chance(percent: plan.share) { change.attachments.append(drawPhoto(plan)) }
        if let element = known?.elements.randomElement(using: &random), chance(percent: 35) {
            change.removals = [element]
        }
        if change.isEmpty { change.fields[.text] = drawText() }
        return change
    }

    /// What reporters write, whoever may write it: their receipt, their rating, sealed contact data; and some take the
    /// report back.
    private func drawReporter(into change: inout Change) {
        guard chance(percent: 15) else { return }
        let hash = Hash256(hashing: [UInt8(draw(0...20))]).hex
        switch draw(0...9) {
        case 0...4: change.fields[.receipt] = chance(percent: 10) ? .cleared : .text(hash)
        case 5, 6: change.fields[.rating] = .text(["satisfied", "dissatisfied", "?"][Int(draw(0...2))])
        case 7, 8: change.fields[.contact] = .text("1.0011223344556677." + hash)
        default: change.fields[.hidden] = chance(percent: 20) ? .cleared : .text("reporter")
        }
    }

    func drawGrid() -> FieldValue { .text(plan.grids.names.randomElement(using: &random) ?? "") }

    /// Any step of the work flow, usual here or not: whoever was cut off does not know how far a case has come.
    private func drawStep(into change: inout Change) {
        guard let step = Workflow.standard.stages.randomElement(using: &random) else { return }
        var trace = Trace(stage: step.code, department: "", text: chance(percent: 50) ? drawPlainText() : "",
            audience: chance(percent: 20) ? .everyone : .inside)
        if step.needs.contains(.department) {
            trace.department = Self.words[Int(draw(0...4))]
            change.fields[.department] = .text(trace.department)
        }
        if step.needs.contains(.assignee) {
            trace.assignee = Self.words[Int(draw(0...4))]
            change.fields[.assignee] = .text(trace.assignee)
        }
        if step.needs.contains(.until) { trace.untilMilliseconds = Int64(draw(0...3)) * 86_400_000 }
        (trace.timeMilliseconds, trace.uncertaintyMilliseconds) = (Int64(draw(0...3)), draw(0...1))
        if step.needs.contains(.limit) {
            let hours = 1 + trace.timeMilliseconds
            (trace.limit, trace.calendar) = ("\(hours) office_hours", WorkCalendar.standard.version)
        }
        if step.kind != .side { change.fields[.stage] = .text(chance(percent: 5) ? "later" : step.code) }
        change.traces = [trace]
    }

    private func drawText() -> FieldValue { chance(percent: 5) ? .cleared : .text(drawPlainText()) }

    /// A text that others often write too.
    private func drawPlainText() -> String {
        chance(percent: 40) ? Self.texts[Int(draw(0...4))] : "change \(draw(0...9999))"
    }

    private func drawLocation() -> Location {
        Location(
            latitudeE7: 225_000_000 + Int32(draw(0...2)), longitudeE7: 1_140_000_000,
            datum: Location.Datum.allCases[Int(draw(0...2))], accuracyCentimetres: UInt32(draw(0...1) * 500))
    }
}

extension FieldName {
    /// A field that this version does not know.
    static let unknown = FieldName(rawValue: "x_of_later_versions")
}
