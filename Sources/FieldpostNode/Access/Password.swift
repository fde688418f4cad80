import Crypto
import CryptoExtras
import Foundation
import Synchronization

/// Passwords as the journal stores them: derived with scrypt (RFC 7914) and a random salt, in the form
/// `$scrypt$ln=15,r=8,p=1$salt$key` (the PHC string format; salt and key in base64 without padding).
package enum Password {
    /// Each guess costs 32 MiB and some tenths of a second.
    private static let (logarithm, blockSize, parallelism) = (15, 8, 1)
    private static let (saltBytes, keyBytes) = (16, 32)

    /// Throws the errors of the crypto library.
    package static func verifier(for password: String) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<saltBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let key = try derive(password, salt)
        return "$scrypt$ln=\(logarithm),r=\(blockSize),p=\(parallelism)$\(base64(salt))$\(base64(bytes(key)))"
    }

    /// Returns false for a verifier of another form too.
    static func matches(_ password: String, _ verifier: String) -> Bool {
        let parts = verifier.split(separator: "$").map(String.init)
        guard parts.count == 4, parts[0] == "scrypt",
            parts[1] == "ln=\(logarithm),r=\(blockSize),p=\(parallelism)", let salt = decoded(parts[2]),
            let key = decoded(parts[3]), let derived = try? derive(password, salt)
        else { return false }
        // The crypto library compares keys in constant time.
        return SymmetricKey(data: key) == derived
    }

    private static func derive(_ password: String, _ salt: [UInt8]) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(password.utf8), salt: salt, outputByteCount: keyBytes, rounds: 1 << logarithm,
            blockSize: blockSize, parallelism: parallelism)
    }

    private static func bytes(_ key: SymmetricKey) -> [UInt8] { key.withUnsafeBytes { Array($0) } }

    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("=", with: "")
    }

    private static func decoded(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)).map { Array($0) }
    }
}

/// Checks one password at a time, so that guessing needs the memory of only one derivation. Remembers passwords that
/// were right, because a client sends its password with each request.
actor PasswordCheck {
    /// Passwords that were recently right, as hashes under a key that only this process has.
    private let right = Mutex<Set<[UInt8]>>([])
    private let key = SymmetricKey(size: .bits256)

    private static let remembered = 1024

    func matches(_ password: String, _ verifier: String) -> Bool {
        let mark = mark(password, verifier)
        // Another request may have checked the same password while this one waited.
        if right.withLock({ $0.contains(mark) }) { return true }
        guard Password.matches(password, verifier) else { return false }
        right.withLock { right in
            if right.count >= Self.remembered { right = [] }
            right.insert(mark)
        }
        return true
    }

    /// Whether the password was recently right. Does not wait for a check.
    nonisolated func remembers(_ password: String, _ verifier: String) -> Bool {
        let mark = mark(password, verifier)
        return right.withLock { $0.contains(mark) }
    }

    private nonisolated func mark(_ password: String, _ verifier: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data((verifier + "\n" + password).utf8), using: key))
    }
}
