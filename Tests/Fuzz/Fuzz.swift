import Foundation

/// Keeps the corpus, and in a build with `-D FUZZING` is what libFuzzer runs. `Tests/fuzz.sh` calls it.
///
///     fieldpost-fuzz TARGET unpack DIRECTORY    each kept input, and each seed, as a file
///     fieldpost-fuzz TARGET pack DIRECTORY      keeps these files instead
///     FIELDPOST_TEST_FUZZ_TARGET=TARGET fieldpost-fuzz [FLAG …]    fuzzes, with the flags of libFuzzer
enum Fuzz {
    static func main(_ arguments: [String]) -> CInt {
        guard arguments.count >= 2, let target = FuzzTarget(rawValue: arguments[0]) else { return usage() }
        do {
            switch (arguments[1], arguments.dropFirst(2).map { URL(filePath: $0) }) {
            case ("unpack", let paths) where paths.count == 1: try Corpus.unpack(target, into: paths[0])
            case ("pack", let paths) where paths.count == 1: try Corpus.pack(target, from: paths[0])
            default: return usage()
            }
            return 0
        } catch {
            return say("fieldpost-fuzz: \(error)\n", 1)
        }
    }

    static func usage() -> CInt {
        say(
            """
            usage: fieldpost-fuzz TARGET unpack|pack DIRECTORY
                   FIELDPOST_TEST_FUZZ_TARGET=TARGET fieldpost-fuzz [FLAG …]   (in a build with -D FUZZING)
            TARGET: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))

            """, 64)
    }

    private static func say(_ text: String, _ status: CInt) -> CInt {
        FileHandle.standardError.write(Data(text.utf8))
        return status
    }
}

#if !FUZZING
@main struct Main {
    static func main() { exit(Fuzz.main(Array(CommandLine.arguments.dropFirst()))) }
}
#endif
