import AsyncHTTPClient
package import Foundation
import NIOCore

/// An answer line by line (NDJSON). Each line is returned as soon as it is complete.
package struct HTTPLines {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private let address: String
    private var buffer: [UInt8] = []
    private var isFinished = false

    init(body: HTTPClientResponse.Body.AsyncIterator, address: String) {
        self.body = body
        self.address = address
    }

    /// Nil at the end. Empty lines are skipped.
    package mutating func next() async throws(ClientError) -> Data? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(buffer[..<end])
                buffer.removeSubrange(...end)
                if line.isEmpty { continue }
                return line
            }
            guard !isFinished else {
                defer { buffer = [] }
                return buffer.isEmpty ? nil : Data(buffer)
            }
            do {
                if let part = try await body.next() {
                    buffer.append(contentsOf: part.readableBytesView)
                } else {
                    isFinished = true
                }
            } catch {
                throw HTTPExchange.failure(error, address: address)
            }
        }
    }
}
