import FieldpostCore
import Foundation

/// A report to be handed to a gateway, in the API's form.
struct ReportInput: Hashable, Sendable {
    /// Also the key of the creation: every attempt under the same id is the same change.
    var id: ReportID
    /// The fields of the body but the id, by their names in the API.
    var fields: [String: JSONValue]
    /// Where it belongs, for splitting over gateways; empty when the source does not say.
    var street = ""
    var community = ""
    /// The line in the source, from 1.
    var line: Int

    /// The JSON to POST.
    var body: [UInt8] {
        var members = fields
        members["id"] = .text(id.description)
        guard let text = try? JSONValue.object(members).encoded() else {
            preconditionFailure(
                "a report's fields, which were read as finite numbers and texts, cannot be written as JSON")
        }
        return Array(text.utf8)
    }

    /// Sets a text field; nothing when there is no text.
    mutating func set(_ field: FieldName, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        fields[field.rawValue] = .text(text)
    }

    mutating func setLocation(latitude: Double, longitude: Double, datum: String, accuracy: Double) {
        fields[FieldName.location.rawValue] = .object([
            "lat": .number(Self.sixDecimals(latitude)), "lon": .number(Self.sixDecimals(longitude)),
            "datum": .text(datum), "accuracy": .number(accuracy),
        ])
    }

    /// A tenth of a metre: finer than any terminal measures.
    private static func sixDecimals(_ degrees: Double) -> Double { (degrees * 1e6).rounded() / 1e6 }
}
