import FieldpostCore
import Foundation

/// A report to send to a gateway, in the API's form.
struct ReportInput: Hashable, Sendable {
    /// Also the key of the creation: all attempts with the same id are the same change.
    var id: ReportID
    /// The fields of the body without the id, by their names in the API.
    var fields: [String: JSONValue]
    /// The street, for splitting reports among gateways; empty when the source does not say.
    var street = ""
    var community = ""
    /// The line in the source, from 1.
    var line: Int
    /// The id in the file's row; empty for a report that does not come from a file.
    var row = ""
    /// The row's cells by column, without empty ones.
    var cells: [String: String] = [:]
    /// For each field whose column has another name: that name.
    var columns: [String: String] = [:]

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

    /// Sets a text field. Does nothing when there is no text.
    mutating func set(_ field: FieldName, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        fields[field.rawValue] = .text(text)
    }

    mutating func setLocation(latitude: Double, longitude: Double, datum: String, accuracy: Double? = nil) {
        var members: [String: JSONValue] = [
            "lat": .number(Self.sixDecimals(latitude)), "lon": .number(Self.sixDecimals(longitude)),
            "datum": .text(datum),
        ]
        if let accuracy { members["accuracy"] = .number(accuracy) }
        fields[FieldName.location.rawValue] = .object(members)
    }

    /// A tenth of a metre: more exact than any terminal.
    private static func sixDecimals(_ degrees: Double) -> Double { (degrees * 1e6).rounded() / 1e6 }
}
