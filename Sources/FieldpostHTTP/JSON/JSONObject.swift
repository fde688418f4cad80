/// The members of an object, in their order. Their names differ.
///
/// This is a list, because bodies have few members. Comparing a name with each of them costs less than hashing it.
struct JSONObject: Hashable {
    struct Member: Hashable {
        let name: String
        let value: JSONNode
    }

    private(set) var members: [Member] = []
    /// Used only for objects with many members, so that a body with many names does not cost quadratic time.
    private var names: Set<String> = []

    private static let fewMembers = 16

    subscript(_ index: Int) -> Member { members[index] }

    func index(of name: String) -> Int? { members.firstIndex { $0.name == name } }

    func contains(_ name: String) -> Bool {
        members.count <= Self.fewMembers ? index(of: name) != nil : names.contains(name)
    }

    /// The name must be new.
    mutating func append(_ name: String, _ value: JSONNode) {
        members.append(Member(name: name, value: value))
        if members.count == Self.fewMembers + 1 {
            names.formUnion(members.map(\.name))
        } else if members.count > Self.fewMembers {
            names.insert(name)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSONNode)...) {
        for (name, value) in elements { append(name, value) }
    }
}
