import FieldpostCore

/// A field's value as JSON. The field decides its form. `null`: the field was emptied.
struct ValueView: Encodable {
    let field: FieldName
    let value: FieldValue

    private enum LocationKeys: String, CodingKey {
        case lat, lon, datum, accuracy
    }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .text(let text):
            var container = encoder.singleValueContainer()
            if field == .contact {
                // Nobody can read it here, and a role of its own may open it.
                try container.encode("sealed")
            } else if field == .setAside, let (value, _) = try? JSONReader.read(Array(text.utf8)) {
                try container.encode(value)
            } else {
                try container.encode(text)
            }
        case .integer(let number):
            var container = encoder.singleValueContainer()
            if field == .capturedAt, let text = Timestamp.text(number) {
                try container.encode(text)
            } else {
                try container.encode(number)
            }
        case .cleared:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .location(let location):
            // The division gives the number closest to the seven decimals, so that it is written with at most seven.
            var container = encoder.container(keyedBy: LocationKeys.self)
            try container.encode(Double(location.latitudeE7) / 1e7, forKey: .lat)
            try container.encode(Double(location.longitudeE7) / 1e7, forKey: .lon)
            try container.encode(location.datum.rawValue, forKey: .datum)
            if location.accuracyCentimetres > 0 {
                try container.encode(Double(location.accuracyCentimetres) / 100, forKey: .accuracy)
            }
        }
    }
}

extension ValueView {
    /// Views of fields by name. Who follows a report is nobody's concern: that is left out.
    static func all(_ fields: [FieldName: FieldValue]) -> [String: ValueView] {
        fields.filter { !$0.key.isFollower }.reduce(into: [:]) {
            $0[$1.key.rawValue] = ValueView(field: $1.key, value: $1.value)
        }
    }
}
