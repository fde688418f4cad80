/// The enrollment tokens that central made.
package struct TokenList: Codable, Hashable, Sendable {
    package var tokens: [TokenState]

    package init(tokens: [TokenState]) { self.tokens = tokens }
}
