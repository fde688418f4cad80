package import FieldpostCore

/// The text of the setting `map`: GeoJSON, perhaps with a member `tiles` (a foreign member, RFC 7946, 6.1) that names
/// pictures of another server to draw below the grids:
/// `{"url": "https://…/{z}/{x}/{y}.png", "datum": "wgs84", "attribution": "…", "max_zoom": 18}`.
package enum MapText {
    /// The datums in which tiles may be drawn.
    private static let datums = ["wgs84", "cgcs2000", "gcj02", "bd09"]

    /// What is wrong with it, as a sentence; nil if nothing is, and for another setting. Only what would keep pages
    /// from reading it is wrong: they leave out what they cannot draw.
    package static func defect(of setting: CentralSetting) -> String? {
        guard setting.name == CentralSetting.map else { return nil }
        do throws(JSONReader.Malformed) {
            guard case .object(let object) = try JSONReader.read(Array(setting.text.utf8)).0,
                object.value(of: "type") == .text("FeatureCollection"), case .list? = object.value(of: "features")
            else { return "It must be GeoJSON (RFC 7946): an object of the type FeatureCollection, with features." }
            return object.value(of: "tiles").flatMap(defect(ofTiles:))
        } catch {
            return "It is no JSON."
        }
    }

    /// The origin of the tiles, as a policy for pages names it: "https://tiles.example.cn:8443". Nil if there are none.
    static func tileOrigin(_ text: String) -> String? {
        guard case .object(let object)? = try? JSONReader.read(Array(text.utf8)).0,
            case .object(let tiles)? = object.value(of: "tiles"), case .text(let url?)? = tiles.value(of: "url")
        else { return nil }
        return origin(ofTile: url)
    }

    private static func defect(ofTiles node: JSONNode) -> String? {
        guard case .object(let tiles) = node, case .text(let url?)? = tiles.value(of: "url"),
            ["{z}", "{x}", "{y}"].allSatisfy({ url.contains($0) }), url.count(where: { $0 == "{" }) == 3,
            origin(ofTile: url) != nil
        else { return "`tiles` must have a `url` such as https://tiles.example.cn/{z}/{x}/{y}.png." }
        guard case .text(let datum?)? = tiles.value(of: "datum"), datums.contains(datum) else {
            return "The `datum` of `tiles` must be one of \(datums.joined(separator: ", "))."
        }
        switch tiles.value(of: "attribution") {
        case nil, .text(_?)?: break
        default: return "The `attribution` of `tiles` must be a text."
        }
        guard let zoom = tiles.value(of: "max_zoom") else { return nil }
        return zoom.double.map { (1...22).contains($0) && $0 == $0.rounded() } == true
            ? nil : "The `max_zoom` of `tiles` must be a whole number from 1 to 22."
    }

    /// The scheme, the host and perhaps the port of a URL. Only characters that mean nothing else in a policy.
    private static func origin(ofTile url: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: url.hasPrefix) else { return nil }
        let place = url.dropFirst(scheme.count).prefix { $0 != "/" }
        let isPlain = place.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        return isPlain && !place.isEmpty && url.contains("/") ? scheme + place : nil
    }
}

extension JSONObject {
    fileprivate func value(of name: String) -> JSONNode? { index(of: name).map { self[$0].value } }
}
