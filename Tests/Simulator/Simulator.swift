import Foundation

/// Runs worlds, and prints the results.
@main
struct Simulator {
    static func main() async {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            Output.write(
                "usage: fieldpost-simulator [--seeds N] [--first N] [--jobs N] [--json] [--seed N] [--fresh] [--stop] "
                    + "[--without NAME] [--with NAME]\n")
            exit(64)
        }
        if let seed = options.seed {
            let verdict = await Self.run(seed, options, isTracing: true)
            for line in verdict.trace { Output.write(line + "\n") }
            Output.write(verdict.text + "\n")
            exit(verdict.finding == nil ? 0 : 1)
        }
        if options.isFresh {
            Output.write("fresh worlds: fieldpost-simulator --first \(options.first) --seeds \(options.seeds)\n")
        }
        let summary = await Campaign(options: options).run()
        Output.write(options.writesJSON ? summary.json + "\n" : summary.text)
        exit(summary.findings.isEmpty ? 0 : 1)
    }

    static func run(_ seed: UInt64, _ options: Options, isTracing: Bool) async -> Verdict {
        await World(plan: Plan(seed: seed, options: options), isTracing: isTracing).run()
    }
}

enum Output {
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
