package import FieldpostCore
import Foundation

/// A report to send to a gateway, in the API's form.
package struct ReportInput: Hashable, Sendable {
    /// Also the key of the creation: all attempts with the same id are the same change.
    package var id: ReportID
    /// The fields of the body without the id, by their names in the API.
    package var fields: [String: JSONValue]
    /// The street, for splitting reports among gateways; empty when the source does not say.
    package var street: String
    package var community: String
    /// The line in the source, from 1.
    package var line: Int
    /// The id in the file's row; empty for a report that does not come from a file.
    package var row: String
    /// The row's cells by column, without empty ones.
    package var cells: [String: String]
    /// For each field whose column has another name: that name.
    package var columns: [String: String]

    package init(
        id: ReportID, fields: [String: JSONValue], street: String = "", community: String = "", line: Int,
        row: String = "", cells: [String: String] = [:], columns: [String: String] = [:]
    ) {
        self.id = id
        self.fields = fields
        self.street = street
        self.community = community
        self.line = line
        self.row = row
        self.cells = cells
        self.columns = columns
    }

    /// The JSON to POST.
    package var body: [UInt8] {
        var members = fields
        members["id"] = .text(id.description)
        guard let text = try? JSONValue.object(members).encoded() else {
            preconditionFailure(
                "a report's fields, which were read as finite numbers and texts, cannot be written as JSON")
        }
        return Array(text.utf8)
    }

    /// Sets a text field. Does nothing when there is no text.
    package mutating func set(_ field: FieldName, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        fields[field.rawValue] = .text(text)
    }

    package mutating func setLocation(latitude: Double, longitude: Double, datum: String, accuracy: Double? = nil) {
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
