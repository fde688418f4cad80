import FieldpostCore
import Testing

@testable import FieldpostSync

/// Central tells a gateway who may log in there.
@Suite struct PeopleTranscriptTests {
    private static func list(_ version: UInt64, _ names: String...) -> PeopleList {
        PeopleList(
            version: version,
            people: names.map {
                Person(name: $0, role: "staff", group: "handler", department: "", grids: ["南坑一"], verifier: "v")
            })
    }

    private func central(gatewayHolds digest: Hash256?, at registration: PeopleList?) -> Transcript {
        var transcript = Transcript(Cast.central)
        var gateway = Cast.gateway(head: 0)
        gateway.people = digest
        transcript.give(.hello(gateway))
        transcript.give(.registered(GatewayState(heads: Heads(heads: []), people: registration)))
        return transcript
    }

    @Test func `the list follows the heads at once, before anything else, if the gateway holds another one`() {
        let central = central(gatewayHolds: .zero, at: Self.list(7, "王敏", "赵敏"))
        let start = central.lines.firstIndex(of: "> registered []").map { $0 + 1 } ?? 0
        #expect(
            central.lines[start...].prefix(3) == [
                "  send heads []", "  send people 7 [王敏, 赵敏]", "  send pull stream 1 after G:0 credit 65536",
            ])
        // Nobody may log in there any more.
        #expect(self.central(gatewayHolds: Self.list(7, "王敏").digest, at: Self.list(8)).text.contains("people 8 []"))
    }

    @Test func `nothing is sent to a gateway that holds the list, whatever its version, or that takes none`() {
        let held = Self.list(7, "王敏").digest
        #expect(!central(gatewayHolds: held, at: Self.list(9, "王敏")).text.contains("send people"))
        var old = central(gatewayHolds: nil, at: nil)
        old.give(.peopleChanged)
        #expect(!old.text.contains("eople 9") && !old.text.contains("readPeople"))
    }

    @Test func `a change is read and sent in the same session, and what changes meanwhile is read again`() {
        var central = central(gatewayHolds: Self.list(7, "王敏").digest, at: Self.list(7, "王敏"))
        let start = central.lines.count
        central.give(.peopleChanged)
        central.give(.peopleChanged)
        central.give(.peopleRead(Self.list(8, "王敏", "赵敏")))
        central.give(.peopleRead(Self.list(9, "赵敏")))
        central.give(.peopleChanged)
        central.give(.peopleRead(Self.list(10, "赵敏")))
        #expect(
            central.lines[start...] == [
                "> peopleChanged", "  readPeople",
                "> peopleChanged",
                "> read people 8 [王敏, 赵敏]", "  send people 8 [王敏, 赵敏]", "  readPeople",
                "> read people 9 [赵敏]", "  send people 9 [赵敏]",
                "> peopleChanged", "  readPeople",
                "> read people 10 [赵敏]",
            ])
    }

    @Test func `a change while the gateway is registered is not missed`() {
        var transcript = Transcript(Cast.central)
        var gateway = Cast.gateway(head: 0)
        gateway.people = .zero
        transcript.give(.hello(gateway))
        transcript.give(.peopleChanged)
        transcript.give(.registered(GatewayState(heads: Heads(heads: []), people: Self.list(7, "王敏"))))
        #expect(transcript.lines.contains("  readPeople"))
    }

    @Test func `a gateway keeps the list after the heads, and takes none before them or without having asked`() {
        func gateway(holds digest: Hash256?) -> Transcript {
            var hello = Cast.gateway(head: 0)
            hello.people = digest
            var transcript = Transcript(hello)
            transcript.give(.hello(Cast.central))
            return transcript
        }
        var taking = gateway(holds: .zero)
        taking.give(.heads(Heads(heads: [])))
        taking.give(.people(Self.list(7, "王敏")))
        #expect(taking.lines.last == "  keep people 7 [王敏]")
        var early = gateway(holds: .zero)
        early.give(.people(Self.list(7, "王敏")))
        #expect(early.lines.last?.hasPrefix("  close unexpectedMessage") == true)
        var unasked = gateway(holds: nil)
        unasked.give(.heads(Heads(heads: [])))
        unasked.give(.people(Self.list(7, "王敏")))
        #expect(unasked.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }

    @Test func `central takes no list`() {
        var central = central(gatewayHolds: .zero, at: nil)
        central.give(.people(Self.list(7, "王敏")))
        #expect(central.lines.last?.hasPrefix("  close unexpectedMessage") == true)
    }
}
