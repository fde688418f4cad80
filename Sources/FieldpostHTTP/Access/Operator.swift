/// Who gives a command through the admin socket, which only the daemon's user and root may open.
enum Operator {
    /// As the journal says it: with the number of the user, by the kernel's word, where it has one.
    static func name(of context: APIContext) async -> String {
        await context.peerUser().map { "operator (uid \($0))" } ?? "operator"
    }
}
