import Logging

extension Logger {
    /// For the HTTP library, which calls its own cancellation an error and repeats what the node says itself: silent,
    /// unless something is being looked into. What ends a server is thrown, and requests are logged by
    /// `ProblemMiddleware`.
    var forLibrary: Logger {
        var quiet = self
        if logLevel > .debug { quiet.logLevel = .critical }
        return quiet
    }
}
