import FieldpostClient
import FieldpostCore

/// The output of `fieldpost backup` and `fieldpost restore`.
enum BackupText {
    static func text(_ outcome: Backup.Outcome, removed: (snapshots: Int, photos: Int)) -> String {
        let manifest = outcome.manifest
        return """
            made     \(outcome.path)
            \(held(manifest))
            photos   \(photos(manifest)): \(outcome.kept) were there, \(outcome.linked) linked, \
            \(outcome.copied) copied
            keys     \(keys(outcome))
            checked  the copy was read back: each page, entry and new photo, and the digest is that of the node
            \(corrupt(manifest))\(removedLine(removed))
            """.visibleLines
    }

    static func checked(_ manifest: BackupManifest, lost: Int, in snapshot: String) -> String {
        """
        read     \(snapshot), made at \(manifest.madeAt) by \(manifest.role) \(manifest.node.prefix(10))
        \(held(manifest))
        photos   \(photos(manifest))\(lost == 0 ? "" : ", of which \(Quantity.count(lost)) are missing or torn")
        keys     \(sealed(manifest))
        \(corrupt(manifest))\(lost == 0 ? "The snapshot is whole.\n" : "Everything but these photos is whole.\n")
        """.visibleLines
    }

    static func restored(_ outcome: Restore.Outcome, from snapshot: String, to directory: String) -> String {
        let manifest = outcome.manifest
        var lines = [
            "restored  \(directory) from \(snapshot), made at \(manifest.madeAt)",
            "node      \(manifest.role) \(manifest.node.prefix(10)), in the new incarnation \(outcome.incarnation)",
            "holds     \(Quantity.count(outcome.reports, "report")), digest \(outcome.digest)",
            "photos    \(Quantity.count(outcome.photos))"
                + (outcome.lostPhotos == 0
                    ? "" : "; \(Quantity.count(outcome.lostPhotos)) were missing or torn in the backup"),
        ]
        if let configuration = outcome.configuration {
            lines.append("settings  \(configuration): check its addresses, and its state_directory")
        }
        lines.append("")
        if outcome.withheld > 0 {
            lines.append(
                "Of \(Quantity.count(outcome.withheld, "entry", "entries")), only the hash is here: what tells of a "
                    + "password or a token, or was corrupt. A gateway gets it from central. At central, give the "
                    + "accounts new passwords (`fieldpost access`).")
        }
        lines.append(
            manifest.role == Role.gateway.name
                ? "What this gateway wrote after the backup comes back from central, as far as it had arrived there."
                : "What central received after the backup comes back from the gateways, which keep it for their "
                    + "retention. Whoever was revoked after the backup is admitted again: revoke them again.")
        lines.append(
            "Next: see that the old node does not run, then start this one. When `fieldpost status` shows nothing "
                + "waiting, run `fieldpost incidents resolve`.")
        return (lines.joined(separator: "\n") + "\n").visibleLines
    }

    // MARK: JSON

    static func object(_ outcome: Backup.Outcome, removed: (snapshots: Int, photos: Int)) -> JSONValue {
        var members = members(outcome.manifest)
        members["snapshot"] = .text(outcome.path)
        members["photos_kept"] = .integer(Int64(outcome.kept))
        members["photos_linked"] = .integer(Int64(outcome.linked))
        members["photos_copied"] = .integer(Int64(outcome.copied))
        members["has_node_key"] = .boolean(outcome.hasNodeKey)
        members["removed_snapshots"] = .integer(Int64(removed.snapshots))
        members["removed_photos"] = .integer(Int64(removed.photos))
        return .object(members)
    }

    static func object(_ manifest: BackupManifest, lost: Int, in snapshot: String) -> JSONValue {
        var members = members(manifest)
        members["snapshot"] = .text(snapshot)
        members["lost_photos"] = .integer(Int64(lost))
        return .object(members)
    }

    static func object(_ outcome: Restore.Outcome, from snapshot: String, to directory: String) -> JSONValue {
        var members = members(outcome.manifest)
        members["snapshot"] = .text(snapshot)
        members["state_directory"] = .text(directory)
        members["former_incarnation"] = members["incarnation"]
        members["incarnation"] = .text(outcome.incarnation)
        members["withheld"] = .integer(Int64(outcome.withheld))
        members["lost_photos"] = .integer(Int64(outcome.lostPhotos))
        members["configuration"] = outcome.configuration.map { .text($0) } ?? .null
        return .object(members)
    }

    private static func members(_ manifest: BackupManifest) -> [String: JSONValue] {
        [
            "node": .text(manifest.node), "role": .text(manifest.role), "incarnation": .text(manifest.incarnation),
            "made_at": .text(manifest.madeAt), "entries": .integer(Int64(manifest.entries)),
            "corrupt": .integer(Int64(manifest.corrupt)), "withheld": .integer(Int64(manifest.withheld)),
            "reports": .integer(Int64(manifest.reports)), "digest": .text(manifest.digest),
            "photos": .integer(Int64(manifest.photos.count)),
            "photo_bytes": .integer(Int64(clamping: manifest.photos.bytes)),
            "corrupt_photos": .integer(Int64(manifest.photos.corrupt)),
            "recipient": manifest.recipient.map { .text($0) } ?? .null,
        ]
    }

    // MARK: Lines

    private static func held(_ manifest: BackupManifest) -> String {
        "holds    \(Quantity.count(manifest.reports, "report")) in "
            + "\(Quantity.count(manifest.entries, "entry", "entries")), digest \(manifest.digest)"
    }

    private static func photos(_ manifest: BackupManifest) -> String {
        "\(Quantity.count(manifest.photos.count)), \(Quantity.bytes(manifest.photos.bytes))"
    }

    private static func keys(_ outcome: Backup.Outcome) -> String {
        guard outcome.manifest.recipient != nil, !outcome.hasNodeKey else { return sealed(outcome.manifest) }
        return sealed(outcome.manifest)
            + "; but node.key is not in the state directory, and not in the backup: keep a copy of it yourself"
    }

    private static func sealed(_ manifest: BackupManifest) -> String {
        guard let recipient = manifest.recipient else {
            return "not in the backup, as there is no --recipient. A restore needs a copy of node.key; without one, a "
                + "gateway must be enrolled again as a new node. Terminals and accounts must be given new tokens and "
                + "passwords, and without the sealing keys of central nobody opens contact data"
        }
        return "sealed to \(recipient.prefix(16))"
    }

    private static func corrupt(_ manifest: BackupManifest) -> String {
        var text = ""
        if manifest.corrupt > 0 {
            text += "warning  \(Quantity.count(manifest.corrupt, "entry", "entries")) are corrupt in the node itself\n"
        }
        if manifest.photos.corrupt > 0 {
            let photos = Quantity.count(manifest.photos.corrupt, "photo")
            text += "warning  \(photos) of the node are corrupt, and are not in the backup\n"
        }
        return text
    }

    private static func removedLine(_ removed: (snapshots: Int, photos: Int)) -> String {
        guard removed.snapshots > 0 else { return "" }
        return "removed  \(Quantity.count(removed.snapshots, "older snapshot")), and "
            + "\(Quantity.count(removed.photos, "photo")) that only they named\n"
    }
}
