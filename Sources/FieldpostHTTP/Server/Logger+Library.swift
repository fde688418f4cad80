import Logging

extension Logger {
    /// For the HTTP library, which logs its own cancellation as an error, and repeats what the node logs itself. It is
    /// silent unless the log level is debug. Errors that end a server are thrown, and `ProblemMiddleware` logs
    /// requests.
    var forLibrary: Logger {
        var quiet = self
        if logLevel > .debug { quiet.logLevel = .critical }
        return quiet
    }
}
