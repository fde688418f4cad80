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

/// What a reporter says of the work (评价), as a code in entries.
package enum Rating: String, Hashable, Sendable, CaseIterable, Codable {
    case satisfied, dissatisfied

    package var chinese: String { self == .satisfied ? "满意" : "不满意" }
}

extension [FieldName: Register] {
    /// The hashes of the receipts that open a report: the values that stand.
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
