import Testing

/// All tests of the wire. They run one after the other, because one of them measures the memory of the whole process.
@Suite(.serialized) enum WireTests {}
