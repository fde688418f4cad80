import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Compares what is shown with what people meant: by the write book, by content, and by what each author had really
/// seen. Nothing here folds entries.
extension World {
    /// `present`: the numbers of the writes that the node holds. `shown`: the report that the node makes of them.
    func judgeContent(of shown: Report, present: Set<Int>, at node: SimulatedNode) {
        for number in present.sorted() where oracle.book[number].isHonest {
            let write = oracle.book[number]
            guard !oracle.ambiguous.contains(write.key) else { continue }
            for (field, value) in write.change.fields.sorted(by: { $0.key < $1.key })
            where !shown.shows(value, in: field) {
                let excuse = present.first {
                    oracle.book[$0].change.fields[field] != nil && oracle.book.hasSeen($0, number)
                }
                if excuse == nil {
                    fail(
                        .nothingHidden,
                        "\(field.rawValue) of \(write.key) in report \(shown.id.short) is hidden at \(node.name), but "
                            + "nobody had seen it")
                }
            }
            judgeElements(of: number, in: shown, present: present, at: node)
        }
    }

    private func judgeElements(of number: Int, in shown: Report, present: Set<Int>, at node: SimulatedNode) {
        let write = oracle.book[number]
        let change = write.change
        let texts =
            change.notes.map { Array($0.text.utf8) } + change.traces.map { $0.plain }
            + change.attachments.map { $0.blob.bytes }
        for (index, text) in texts.enumerated() {
            let id = ElementID(entry: write.key.id, index: UInt32(index))
            guard !shown.plainElements.contains(where: { $0.id == id && $0.content == text }) else { continue }
            let isRemoved = present.contains {
                oracle.book[$0].change.removals.contains(id) && oracle.book.hasSeen($0, number)
            }
            if !isRemoved {
                fail(
                    .nothingHidden,
                    "element \(index) of \(write.key) in report \(shown.id.short) is missing at \(node.name), but "
                        + "nobody who had seen it removed it")
            }
        }
    }

    /// A value that was replaced by an author who had seen it must not stand beside the new value. When several writes
    /// have one id, it is not known which of them stands, and a liar can repeat at another dot what it said before.
    func judgeReplacing(in shown: Report, present: Set<Int>) {
        for number in present.sorted() where oracle.book[number].isHonest && oracle.book.isAlone(number) {
            let write = oracle.book[number]
            for field in write.change.fields.keys.sorted() {
                let stands = shown.fields[field]?.siblings.contains { $0.entry == write.key.id } ?? false
                let successor = present.sorted().first {
                    oracle.book[$0].isHonest && oracle.book[$0].change.fields[field] != nil
                        && oracle.book.hasSeen($0, number)
                }
                if stands, let successor {
                    fail(
                        .causalOrder,
                        "\(field.rawValue) of \(write.key) in report \(shown.id.short) stands beside "
                            + "\(oracle.book[successor].key), which replaced it")
                }
            }
        }
    }

    /// Equal values of a field are shown once.
    func judgeEqualValues(in shown: Report) {
        guard plan.rules.contains(.equalValuesAreOne) else { return }
        for (field, register) in shown.fields.sorted(by: { $0.key < $1.key }) {
            let values = register.siblings.map(\.value.plain)
            if Set(values).count < values.count {
                fail(.causalOrder, "\(field.rawValue) of report \(shown.id.short) shows one value twice")
            }
        }
    }
}

extension Report {
    /// Compares byte by byte.
    fileprivate func shows(_ value: FieldValue, in field: FieldName) -> Bool {
        fields[field]?.siblings.contains { $0.value.plain == value.plain } ?? false
    }

    fileprivate var plainElements: [(id: ElementID, content: [UInt8])] {
        notes.map { ($0.id, Array($0.value.text.utf8)) } + traces.map { ($0.id, $0.value.plain) }
            + attachments.map { ($0.id, $0.value.blob.bytes) }
    }
}

extension Trace {
    fileprivate var plain: [UInt8] { Array("\(stage)\u{0}\(department)\u{0}\(text)".utf8) }
}

extension FieldValue {
    /// Bytes that are equal only when the values are equal, letter by letter.
    var plain: [UInt8] {
        switch self {
        case .text(let text): [1] + Array(text.utf8)
        case .integer(let number): [2] + Array("\(number)".utf8)
        case .location(let place):
            [3]
                + Array(
                    "\(place.latitudeE7) \(place.longitudeE7) \(place.datum) \(place.accuracyCentimetres)".utf8)
        case .cleared: [4]
        }
    }
}
