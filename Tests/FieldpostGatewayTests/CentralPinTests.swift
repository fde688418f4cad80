import FieldpostCore
import FieldpostNode
import Foundation
import TestKit
import Testing

@testable import FieldpostGateway

struct CentralPinTests {
    private let one = NodeID(publicKey: [1])
    private let other = NodeID(publicKey: [2])

    @Test func `the last node written is read, even beside leftovers of a crash`() throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let directory = place.path
        let pin = CentralPin(stateDirectory: directory)
        #expect(pin.read() == nil)
        try Data("half".utf8).write(to: URL(filePath: directory + "/central.id.\(getpid()).new"))
        try pin.write(one)
        #expect(pin.read() == one)
        try pin.write(other)
        #expect(pin.read() == other)
    }

    @Test func `a file without a NodeID names no node`() throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let directory = place.path
        for text in ["", "\n", "12ab", String(repeating: "g", count: 64), String(repeating: "a", count: 1000)] {
            try Data(text.utf8).write(to: URL(filePath: directory + "/central.id"))
            #expect(CentralPin(stateDirectory: directory).read() == nil)
        }
    }

    @Test func `each change of an enrollment has its own text`() {
        #expect("\(PinChange(from: nil, to: one))" == "this gateway was enrolled with the central node \(one.short)")
        #expect("\(PinChange(from: other, to: one))".contains("with another central node, \(one.short)"))
        #expect("\(PinChange(from: one, to: nil))".contains("no longer enrolled with a central node"))
    }
}
