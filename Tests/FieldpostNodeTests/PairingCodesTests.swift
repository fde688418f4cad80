import FieldpostCore
import Testing

@testable import FieldpostNode

struct PairingCodesTests {
    private let codes = PairingCodes()

    private func person(_ name: String) -> Access { Access(name: name, role: .viewer, verifier: "v " + name) }

    @Test func `a code is redeemed once`() {
        let code = codes.make(for: person("赵敏"))
        let found = codes.redeem(code)
        #expect(found?.person == "赵敏" && found?.verifier == "v 赵敏")
        #expect(codes.redeem(code) == nil)
        #expect(codes.redeem(.random()) == nil)
    }

    @Test func `the next code of a person replaces the one before`() {
        let (first, second) = (codes.make(for: person("赵敏")), codes.make(for: person("赵敏")))
        let other = codes.make(for: person("陈伟"))
        #expect(codes.redeem(first) == nil)
        #expect(codes.redeem(second)?.person == "赵敏" && codes.redeem(other)?.person == "陈伟")
    }

    @Test func `a code ends after ten minutes`() {
        let now = ContinuousClock.now
        let (early, late) = (codes.make(for: person("赵敏"), at: now), codes.make(for: person("陈伟"), at: now))
        #expect(codes.redeem(early, at: now + .seconds(599)) != nil)
        #expect(codes.redeem(late, at: now + .seconds(600)) == nil)
    }

    @Test func `there are no more codes than people`() {
        let now = ContinuousClock.now
        for number in 0..<Limits.people { _ = codes.make(for: person("\(number)"), at: now) }
        #expect(codes.redeem(codes.make(for: person("one too many"), at: now)) == nil)
        #expect(codes.redeem(codes.make(for: person("7"), at: now))?.person == "7")
        #expect(codes.redeem(codes.make(for: person("later"), at: now + .seconds(601)), at: now + .seconds(602)) != nil)
    }
}
