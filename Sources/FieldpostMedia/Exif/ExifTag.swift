/// The tags that are read (JEITA CP-3451, 4.6). All others are passed over.
enum ExifTag {
    // IFD0
    static let orientation: UInt16 = 0x0112
    static let exifDirectory: UInt16 = 0x8769
    static let gpsDirectory: UInt16 = 0x8825

    // Exif IFD
    static let dateTimeOriginal: UInt16 = 0x9003
    static let offsetTimeOriginal: UInt16 = 0x9011
    static let subSecTimeOriginal: UInt16 = 0x9291

    // GPS IFD
    static let latitudeRef: UInt16 = 0x01
    static let latitude: UInt16 = 0x02
    static let longitudeRef: UInt16 = 0x03
    static let longitude: UInt16 = 0x04
    static let altitudeRef: UInt16 = 0x05
    static let altitude: UInt16 = 0x06
    static let timeStamp: UInt16 = 0x07
    static let dilutionOfPrecision: UInt16 = 0x0B
    static let imageDirectionRef: UInt16 = 0x10
    static let imageDirection: UInt16 = 0x11
    static let dateStamp: UInt16 = 0x1D
    static let horizontalPositioningError: UInt16 = 0x1F
}
