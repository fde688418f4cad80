import FaultDisk
import FieldpostCore
import Synchronization

/// Incarnations that are derived from the seed.
final class IncarnationSource: Sendable {
    private let random: Mutex<Randomness>

    init(seed: UInt64) { random = Mutex(Randomness(seed: seed)) }

    func next() -> Incarnation {
        random.withLock { random in Incarnation(UInt128(random.next()) << 64 | UInt128(random.next())) }
    }
}
