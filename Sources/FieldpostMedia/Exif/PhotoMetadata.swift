/// What a photo says of its own taking. Everything is as its phone or camera wrote it: nothing is checked against other
/// knowledge, and what it did not write, or what cannot be read, is nil.
package struct PhotoMetadata: Hashable, Sendable {
    package var orientation: ImageOrientation?
    package var captured: CaptureTime?
    package var position: PhotoPosition?
    /// When the receiver had the position, in UTC.
    package var positionTime: CalendarTime?
    package var heading: PhotoHeading?

    package init() {}
}

/// How the stored pixels must be turned to be upright (CP-3451, 4.6.4, Orientation). The name says where the first row
/// and the first column of the stored pixels belong.
package enum ImageOrientation: Int, Hashable, Sendable, CaseIterable {
    case topLeft = 1, topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom
}

/// When a photo was taken, by the clock of the device.
package struct CaptureTime: Hashable, Sendable {
    package let local: CalendarTime
    /// Minutes by which the local time is ahead of UTC. Nil when the device did not write it: nobody knows it then.
    package let offsetMinutes: Int?

    package init(local: CalendarTime, offsetMinutes: Int?) {
        self.local = local
        self.offsetMinutes = offsetMinutes
    }

    /// Milliseconds since 1970. Nil when the zone is unknown.
    package var unixMilliseconds: Int64? { offsetMinutes.map(local.unixMilliseconds(offsetMinutes:)) }
}

/// Where a photo was taken, as a receiver of satellite positions measured it (WGS 84).
package struct PhotoPosition: Hashable, Sendable {
    /// Degrees × 10⁷, −90…90 degrees. Together with the longitude never 0: that is what phones write for an unknown or
    /// removed position.
    package let latitudeE7: Int32
    /// Degrees × 10⁷, −180…180 degrees.
    package let longitudeE7: Int32
    /// Metres above sea level.
    package let altitudeMetres: Double?
    /// The radius in which the device believes itself, in metres.
    package let horizontalErrorMetres: Double?
    /// Without a unit: the part of the error that comes from the places of the satellites.
    package let dilutionOfPrecision: Double?
}

/// Into which direction the camera looked.
package struct PhotoHeading: Hashable, Sendable {
    /// 0 ..< 360, clockwise from north.
    package let degrees: Double
    /// Nil when the device did not say.
    package let reference: Reference?

    package enum Reference: Hashable, Sendable { case trueNorth, magneticNorth }
}
