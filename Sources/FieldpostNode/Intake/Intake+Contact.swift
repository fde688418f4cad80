import FieldpostCore
import FieldpostStore

/// Contact data of reporters, sealed to central's key before anything is stored.
///
/// It is an entry of its own. A report that is sent to two nodes is one write only if both entries say the same, and
/// sealing gives other bytes each time.
extension Intake {
    /// The draft of the entry with sealed contact data of a new report. Nil if there is none. Throws `.noSealingKey`,
    /// and then nothing was stored.
    func sealedAtOnce(_ contact: Contact?, of draft: Draft) throws(IntakeRefusal) -> Draft? {
        guard let contact else { return nil }
        guard let sealed = settings.sealingKey?.seal(contact, of: draft.report) else { throw .noSealingKey }
        return Draft(
            id: .random(), report: draft.report, intent: .edit, author: draft.author, stamp: draft.stamp,
            change: Change(fields: [.contact: .text(sealed.text)]))
    }

    /// The same, with a look for a key that has just come.
    func sealed(_ contact: Contact?, of draft: Draft) async throws(IntakeRefusal) -> Draft? {
        if contact != nil, settings.sealingKey == nil { try await refreshSettings() }
        return try sealedAtOnce(contact, of: draft)
    }
}
