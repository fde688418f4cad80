/// The secret by which a reporter sees what became of a report: 128 random bits, minted by the reporter's device.
/// Entries have only its hash. A fast hash is enough, because 128 random bits cannot be guessed.
package struct ReportReceipt: Sendable {
    package static let byteCount = 16

    /// SHA-256 of the secret's 16 bytes.
    package let hash: Hash256

    /// Exactly 16 bytes, or nil.
    package init?(secret: [UInt8]) {
        guard secret.count == Self.byteCount else { return nil }
        hash = Hash256(hashing: secret)
    }
}

extension ReportID {
    /// The id of the report that residents make with a receipt that has this hash: a UUID of version 8 (RFC 9562, 5.8)
    /// from SHA-256 of "fieldpost report 1" and the hash. So nobody makes a report with the id of another one.
    package init(ofReceipt hash: Hash256) {
        let digest = Hash256(hashing: Array("fieldpost report 1".utf8) + hash.bytes).bytes
        var value = digest.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        value = value & ~(0xF << 76) | 8 << 76
        value = value & ~(0b11 << 62) | 0b10 << 62
        self.init(value)
    }
}

/// What a reporter says of the work (评价), as a code in entries.
package enum Rating: String, Hashable, Sendable, CaseIterable, Codable {
    case satisfied, dissatisfied

    package var chinese: String { self == .satisfied ? "满意" : "不满意" }
}

extension FieldName {
    /// The field by which somebody follows a report with a receipt of their own. Each follower has one, so nobody's
    /// write covers another's.
    package static func follower(_ receipt: Hash256) -> FieldName {
        FieldName(rawValue: followerPrefix + receipt.hex.prefix(followerDigits))
    }

    package var isFollower: Bool {
        rawValue.utf8.count == Self.followerPrefix.utf8.count + Self.followerDigits
            && rawValue.utf8.starts(with: Self.followerPrefix.utf8)
    }

    /// Whether people must choose between values that stand side by side.
    package var mayConflict: Bool { self != .contact && !isFollower }

    private static let followerPrefix = "follower_"
    private static let followerDigits = 16
}

extension [FieldName: Register] {
    /// The hashes of all receipts that open a report: those of its reporter, and those of its followers.
    package var openers: [Hash256] { receipts + followers }

    /// The hashes of the receipts of those who follow a report. They may add to it, and decide nothing.
    package var followers: [Hash256] {
        filter(\.key.isFollower).values.flatMap(\.siblings).compactMap { sibling in
            if case .text(let text) = sibling.value { Hash256(hex: text) } else { nil }
        }
    }

    /// How many follow a report.
    package var followerCount: Int { keys.count(where: \.isFollower) }

    /// The hashes of the receipts of a report's reporter: the values that stand.
    package var receipts: [Hash256] {
        (self[.receipt]?.siblings ?? []).compactMap { sibling in
            if case .text(let text) = sibling.value { Hash256(hex: text) } else { nil }
        }
    }

    /// The ratings that stand, the one shown first. Several if the reporter gave them at two nodes that did not know of
    /// each other.
    package var ratings: [Rating] {
        (self[.rating]?.siblings ?? []).compactMap { sibling in
            if case .text(let text) = sibling.value { Rating(rawValue: text) } else { nil }
        }
    }

    /// Whether the reporter took the report back. No later write undoes it.
    package var areHidden: Bool { self[.hidden] != nil }
}

extension Report {
    package var isHidden: Bool { fields.areHidden }
}

extension ReportOverview {
    package var isHidden: Bool { fields.areHidden }
}
