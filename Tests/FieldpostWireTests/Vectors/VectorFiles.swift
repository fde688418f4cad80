/// Protocol/vectors/frames.json. In all these files, bytes are hexadecimal text.
struct FrameVectors: Codable, Equatable {
    struct Frame: Codable, Equatable {
        var name: String
        var type: UInt8
        var stream: UInt16
        /// The payload in the JSON form of Protocol Buffers.
        var message: String
        var frame: String
    }

    var preamble: String
    var frames: [Frame]
}

/// Protocol/vectors/entries.json: entries, their hashes, and the chain of the origin to which all except the second
/// belong.
struct EntryVectors: Codable, Equatable {
    struct Vector: Codable, Equatable {
        var name: String
        var origin: String
        var seq: UInt64
        /// The entry in the JSON form of Protocol Buffers.
        var message: String
        var entry: String
        var hash: String
    }

    struct Link: Codable, Equatable {
        var seq: UInt64
        var chain: String
    }

    var entries: [Vector]
    var chain: [Link]
}

/// Protocol/vectors/batch.json and batch-withheld.json: some of these entries, before and after they are packed and
/// deflated.
/// Each proof that central makes, with one key.
struct ProofVectors: Codable, Equatable {
    struct HeadProof: Codable, Equatable {
        var incarnation: String
        var origin: String
        var seq: UInt64
        var chain: String
        var proof: String
    }

    struct FeedProof: Codable, Equatable {
        var incarnation: String
        var position: UInt64
        var proof: String
    }

    struct EntryProof: Codable, Equatable {
        var origin: String
        var seq: UInt64
        var hash: String
        var proof: String
    }

    var scalar: String
    var key: String
    var gateway: String
    var head: HeadProof
    var feed: FeedProof
    var entry: EntryProof
}

struct BatchVector: Codable, Equatable {
    var codec: UInt8
    var dictionary: UInt32
    var count: UInt32
    var raw: String
    var columns: String
    var data: String
}

/// Protocol/vectors/report.json: the fold of the entries in entries.json, in any order.
struct ReportVector: Codable, Equatable {
    struct Field: Codable, Equatable {
        var name: String
        /// The entries whose values stand, the winner first.
        var siblings: [String]
    }

    var report: String
    var fields: [Field]
    var notes: [String]
    var traces: [String]
    var attachments: [String]
    /// The state digest of this report, and the digest of a node that holds only this report.
    var digest: String
    var digestOfAll: String
}

/// vectors/people.json
struct PeopleVectors: Codable, Equatable {
    struct List: Codable, Equatable {
        /// The frame of frames.json that brings it.
        let frame: String
        let digest: String
    }

    let lists: [List]
}
