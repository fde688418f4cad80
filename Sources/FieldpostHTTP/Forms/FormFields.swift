import FieldpostAPI
import FieldpostCore

/// The texts of a form, which together are a new report: a part `report` with JSON, or a part for each member.
struct FormFields: Sendable {
    private var texts: [(name: String, bytes: [UInt8])] = []
    private var byteCount = 0

    static let reportName = "report"

    /// Throws `.tooLarge`, and `.malformedJSON` for a name that occurs twice.
    mutating func add(_ name: String, _ bytes: [UInt8]) throws(Problem) {
        guard !texts.contains(where: { $0.name == name }) else {
            throw Problem(
                .malformedJSON, "The form has two parts \"\(name.shortened())\". Nothing was changed. Send only one.")
        }
        texts.append((name, bytes))
    }

    /// Counts bytes before they are taken. Throws `.tooLarge`.
    mutating func count(_ bytes: Int) throws(Problem) {
        byteCount += bytes
        guard byteCount <= Limits.requestBodyBytes else { throw Problem.bodyTooLarge }
    }

    /// Takes a text out, such as a part that no report has. Nil if there is none or it is empty.
    mutating func remove(_ name: String) -> String? {
        guard let index = texts.firstIndex(where: { $0.name == name }) else { return nil }
        let text = String(decoding: texts.remove(at: index).bytes, as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    /// All of them, with what keeps two of them apart.
    var bytes: [UInt8] { texts.flatMap { Array($0.name.utf8) + [0] + $0.bytes + [0] } }

    /// The report, and its key. Throws as `JSONBody.decode`.
    func report() throws(Problem) -> ReportLine {
        if let whole = texts.first(where: { $0.name == Self.reportName }) {
            guard texts.count == 1 else {
                throw Problem(
                    .malformedJSON,
                    "The form has a part \"\(Self.reportName)\" and others. Nothing was changed. Send everything in "
                        + "it, or leave it out.")
            }
            return try JSONBody.decode(ReportLine.self, whole.bytes)
        }
        return try JSONBody.decode(ReportLine.self, try object())
    }

    /// The texts as one object. What is empty was not filled in.
    private func object() throws(Problem) -> JSONObject {
        var object = JSONObject()
        var place = JSONObject()
        var contact = JSONObject()
        for (name, bytes) in texts where !bytes.isEmpty {
            switch name {
            case "lat", "lon", "accuracy": place.append(name, .number(String(decoding: bytes, as: UTF8.self)))
            case "datum": place.append(name, .text(String(validating: bytes, as: UTF8.self)))
            case "contact_name", "contact_phone":
                let member = String(name.dropFirst("contact_".count))
                contact.append(member, .text(String(validating: bytes, as: UTF8.self)))
            case FieldName.contact.rawValue, FieldName.location.rawValue:
                object.append(name, try Self.json(name, bytes))
            default: object.append(name, .text(String(validating: bytes, as: UTF8.self)))
            }
        }
        if !contact.members.isEmpty, !object.contains(FieldName.contact.rawValue) {
            object.append(FieldName.contact.rawValue, .object(contact))
        }
        if !place.members.isEmpty, !object.contains(FieldName.location.rawValue) {
            object.append(FieldName.location.rawValue, .object(place))
        }
        return object
    }

    private static func json(_ name: String, _ bytes: [UInt8]) throws(Problem) -> JSONNode {
        do throws(JSONReader.Malformed) {
            return try JSONReader.read(bytes).0
        } catch {
            throw Problem(
                .malformedJSON,
                "The part \"\(name)\" must be JSON. Nothing was changed. Or send its members as parts of their own.")
        }
    }
}
