import Foundation

/// How a node's process is started, beside its own arguments: as it is, or under a tool that brings faults about.
package struct Launch: Sendable {
    /// The path and arguments of a program that starts the node's in its place, such as nsenter(1). It must keep its
    /// process id for the node.
    package var wrapper: [String]
    /// Variables set besides those of this process.
    package var environment: [String: String]

    package init(wrapper: [String] = [], environment: [String: String] = [:]) {
        self.wrapper = wrapper
        self.environment = environment
    }

    /// Nodes started so speak plain TCP with each other, and know of no enrollment.
    var isInsecure: Bool { environment["FIELDPOST_INSECURE"] == "true" }

    /// As in the units, `MALLOC_ARENA_MAX` is 2: threads that each keep a heap of their own hold on to memory after a
    /// burst (mallopt(3)). `isOpen`: the HTTP API is open where nothing else is said: it is on loopback, and ends with
    /// the demo.
    func environment(isOpen: Bool) -> [String: String] {
        var standard = ["MALLOC_ARENA_MAX": "2"]
        if isOpen { standard["FIELDPOST_HTTP_OPEN"] = "true" }
        return ProcessInfo.processInfo.environment.merging(standard) { given, _ in given }
            .merging(environment) { _, chosen in chosen }
    }
}
