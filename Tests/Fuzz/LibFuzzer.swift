#if FUZZING
import Foundation

/// Milliseconds of processor time that one input may take.
private let slowMilliseconds = 100

// Proof: set once, before libFuzzer takes the thread that also reads it.
nonisolated(unsafe) private var target = FuzzTarget.frames

@_silgen_name("LLVMFuzzerRunDriver")
private func LLVMFuzzerRunDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Of this process, which does nothing else.
private func processorMilliseconds() -> Int { Int(clock()) / 1000 }

/// The entry point that the linker looks for in a program without its own main. The environment names the target,
/// because libFuzzer restarts the program with its own flags.
@_cdecl("fieldpost_fuzz_main") func start(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    guard let name = ProcessInfo.processInfo.environment["FIELDPOST_TEST_FUZZ_TARGET"] else {
        return Fuzz.main(Array(CommandLine.arguments.dropFirst()))
    }
    guard let chosen = FuzzTarget(rawValue: name) else { return Fuzz.usage() }
    target = chosen
    var (count, arguments) = (count, arguments)
    return LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        let input = Array(UnsafeBufferPointer(start: bytes, count: count))
        let before = processorMilliseconds()
        target.run(input)
        let taken = processorMilliseconds() - before
        precondition(taken <= slowMilliseconds, "an input of \(count) bytes took \(taken) ms")
        return 0
    }
}
#endif
