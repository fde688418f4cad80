import Testing

@testable import FieldpostCore

/// Contact data and sealing keys as values. Sealing itself is tried in `SealingTests`.
struct ContactTests {
    @Test func `a block has one length, and gives the contact back`() throws {
        let long = String(repeating: "长", count: 32)
        for (name, phone) in [("李阿姨", "13800138000"), ("", "1"), (long, ""), ("a\0b", "+86 (0)")] {
            let contact = try #require(Contact(name: name, phone: phone))
            #expect(contact.block.count == Contact.blockBytes)
            let back = try #require(Contact(block: contact.block))
            #expect(back.name == name && back.phone == phone)
        }
        #expect(Contact(name: "", phone: "") == nil)
        #expect(Contact(name: String(repeating: "a", count: 97), phone: "") == nil)
        #expect(Contact(name: "", phone: String(repeating: "1", count: 33)) == nil)
    }

    @Test func `a block that says anything else is none`() throws {
        let block = try #require(Contact(name: "李", phone: "1")).block
        var longer = block
        longer[0] = 250
        var cut = block
        cut[0] = 2
        var rest = block
        rest[Contact.blockBytes - 1] = 1
        let zero = [UInt8](repeating: 0, count: Contact.blockBytes)
        for bad in [longer, cut, rest, zero, Array(block.dropLast()), block + [0]] {
            #expect(Contact(block: bad) == nil)
        }
    }

    @Test func `nothing that prints a contact tells it`() throws {
        let contact = try #require(Contact(name: "李阿姨", phone: "13800138000"))
        var dumped = ""
        dump(contact, to: &dumped)
        dump([contact], to: &dumped)
        let printed = ["\(contact)", String(reflecting: contact), "\([contact])", String(describing: [contact])]
        for text in printed + [dumped] {
            #expect(!text.contains("李") && !text.contains("138"), "\(text)")
        }
    }

    @Test func `a sealing key has one text`() throws {
        let key = try #require(SealingKey(publicKey: [UInt8](1...32)))
        #expect(try SealingKey(text: Array(key.text.utf8)) == key)
        #expect(key.id.count == 16 && key.text.hasPrefix("sealing-key\t1\nx25519\t0102"))
        for bad in [
            "", key.text.replacing("\t1\n", with: "\t2\n"), String(key.text.dropLast()), key.text + "x\n",
            key.text.replacing("x25519", with: "x448"), key.text.replacing("0102", with: "01"),
            key.text.replacing("0a0b", with: "0A0B"),
        ] {
            #expect(throws: TextDefect.self, "\(bad)") { try SealingKey(text: Array(bad.utf8)) }
        }
        #expect(SealingKey(publicKey: [1, 2]) == nil)
        let setting = try #require(CentralSetting(name: CentralSetting.sealingKey, text: key.text))
        #expect(SettingRules.standard.defect(of: setting, replacing: nil)?.contains("fieldpost sealing rotate") == true)
    }

    @Test func `sealed data has one text, and another text is none`() throws {
        let bytes = [UInt8](repeating: 7, count: SealedContact.byteCount)
        let sealed = SealedContact(keyID: "0011223344556677", bytes: bytes)
        #expect(SealedContact(text: sealed.text) == sealed)
        for bad in [
            "", "1", sealed.text + ".", "2" + sealed.text.dropFirst(), sealed.text.replacing("0011", with: "11"),
            sealed.text.replacing("0011223344556677", with: "00112233445566AA"), String(sealed.text.dropLast(2)),
        ] {
            #expect(SealedContact(text: bad) == nil, "\(bad.prefix(40))")
        }
    }

    @Test func `contact data that was sealed at two nodes is no conflict`() {
        func sealed(_ byte: UInt8) -> Change {
            let bytes = [UInt8](repeating: byte, count: SealedContact.byteCount)
            return Change(fields: [.contact: .text(SealedContact(keyID: "0011223344556677", bytes: bytes).text)])
        }
        let entries = [
            Samples.entry(1, at: 1, 1, Samples.text("a")), Samples.entry(2, at: 1, 2, after: 1, sealed(1)),
            Samples.entry(3, at: 2, 1, sealed(2)),
        ]
        let report = Report(id: Samples.report, folding: entries)
        let state = MergeState(report: Samples.report, folding: entries.map { ($0, 100) })
        #expect(report.fields.contacts.count == 2 && !report.isConflict && !report.overview.isConflict)
        #expect(!state.isConflict)
        #expect(!report.overview.isDisputed)
        let other = Report(id: Samples.report, folding: entries + [Samples.entry(4, at: 3, 1, Samples.text("b"))])
        #expect(other.isConflict)
        let unknown = Samples.entry(5, at: 3, 1, Change(fields: [.contact: .text("x")]))
        #expect(Report(id: Samples.report, folding: [unknown]).fields.contacts == [nil])
    }
}
