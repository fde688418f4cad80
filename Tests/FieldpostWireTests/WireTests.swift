import Testing

/// All tests of the wire. One after the other: one of them watches the memory of the whole process.
@Suite(.serialized) enum WireTests {}
