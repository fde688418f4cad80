import Foundation

/// How the tests were started.
package enum TestRun {
    private static let environment = ProcessInfo.processInfo.environment

    /// Whether the long counts are asked for (`Tests/run.sh --long`).
    package static let isLong = environment["FIELDPOST_TEST_LONG"] == "1"

    /// The sanitizer that watches the tests and their daemons (`Tests/sanitize.sh`), if one does.
    package static let sanitizer = environment["FIELDPOST_TEST_SANITIZER"]

    /// Whether this is a CI run, as its services say it.
    package static let isCI = environment["CI"] == "true"
}
