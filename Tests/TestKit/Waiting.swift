/// Waits until a condition is true, and checks it again after each pause. Returns whether it became true in time.
package func waits(
    _ seconds: Double = 60, pause: Duration = .milliseconds(20), until condition: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    repeat {
        if try await condition() { return true }
        try await Task.sleep(for: pause)
    } while ContinuousClock.now < deadline
    return false
}
