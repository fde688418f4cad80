/// Who handles reports: departments and work groups with their members, and grids with their leaders. For choosing from
/// and for showing; what somebody may do follows from his account. It travels as a setting of central. Each
/// organisation has exactly one text:
///
///     organisation	1                            the format
///     version	cn-bantian-2026.1
///     department	坂田街道市政服务中心	Municipal service centre    its members follow
///     group	collector	信息采集组	Collectors        as HANDLING.md names it; its members follow
///     grid	南坑一	南坑社区第一网格                  its leaders follow
///     member	李强                                  a name of an account; a person may be a member of several
///
/// Tabs stand between the cells.
package struct Organisation: Hashable, Sendable {
    package struct Unit: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case department, group, grid
        }

        package let kind: Kind
        /// As entries name it: a department by its Chinese name.
        package let code: String
        package let chinese: String
        /// Empty for a grid.
        package let english: String
        /// Of a grid, its leaders.
        package fileprivate(set) var members: [String]
    }

    /// As its text names it.
    package let version: String
    package let units: [Unit]

    /// Holds while central has made none: the departments of the built-in catalogue and the work groups, without
    /// members.
    package static let standard = Organisation(
        version: "built-in", units: Self.departments + Self.groups)

    private static let departments: [Unit] = Catalogue.standard.categories.map(\.department).reduce(into: []) {
        units, name in
        guard !units.contains(where: { $0.code == name }) else { return }
        units.append(Unit(kind: .department, code: name, chinese: name, english: name, members: []))
    }

    private static let groups: [Unit] = [
        ("collector", "信息采集组", "Collectors"), ("handler", "事件处置组", "Handlers"),
        ("dispatcher", "调度组", "Dispatchers"),
    ].map { Unit(kind: .group, code: $0.0, chinese: $0.1, english: $0.2, members: []) }

    private init(version: String, units: [Unit]) { (self.version, self.units) = (version, units) }

    package func units(of kind: Unit.Kind) -> [Unit] { units.filter { $0.kind == kind } }

    /// Throws a `TextDefect` that names the line.
    package init(text: [UInt8]) throws(TextDefect) {
        let strict = try StrictLines(text, limit: Limits.settingBytes)
        let version = try strict.version(of: "organisation")
        var units: [Unit] = []
        for (index, cells) in strict.lines.enumerated().dropFirst(2) {
            if cells[0] == "member" {
                try Self.add(member: cells, to: &units, at: index + 1)
            } else {
                units.append(try Self.unit(cells, besides: units, at: index + 1))
            }
        }
        self.init(version: version, units: units)
    }

    private static func unit(_ cells: [String], besides others: [Unit], at line: Int) throws(TextDefect) -> Unit {
        guard let kind = Unit.Kind(rawValue: cells[0]) else {
            throw TextDefect(line: line, "“\(cells[0])” is not known here.")
        }
        try StrictLines.expect(kind == .group ? 4 : 3, cells, at: line)
        guard others.count < Limits.organisationUnits else {
            throw TextDefect(
                line: line, "At most \(Limits.organisationUnits) departments, groups and grids are allowed.")
        }
        guard !others.contains(where: { $0.kind == kind && $0.code.hasSameBytes(as: cells[1]) }) else {
            throw TextDefect(line: line, "“\(cells[1])” is there twice.")
        }
        return switch kind {
        case .department: Unit(kind: kind, code: cells[1], chinese: cells[1], english: cells[2], members: [])
        case .group: Unit(kind: kind, code: cells[1], chinese: cells[2], english: cells[3], members: [])
        case .grid: Unit(kind: kind, code: cells[1], chinese: cells[2], english: "", members: [])
        }
    }

    private static func add(member cells: [String], to units: inout [Unit], at line: Int) throws(TextDefect) {
        try StrictLines.expect(2, cells, at: line)
        guard let last = units.indices.last else {
            throw TextDefect(line: line, "A member must stand below a department, a group or a grid.")
        }
        guard !units[last].members.contains(where: { $0.hasSameBytes(as: cells[1]) }) else {
            throw TextDefect(line: line, "“\(cells[1])” is there twice.")
        }
        units[last].members.append(cells[1])
    }

    package var text: [UInt8] {
        var lines = ["organisation\t1", "version\t\(version)"]
        for unit in units {
            switch unit.kind {
            case .department: lines.append("department\t\(unit.code)\t\(unit.english)")
            case .group: lines.append("group\t\(unit.code)\t\(unit.chinese)\t\(unit.english)")
            case .grid: lines.append("grid\t\(unit.code)\t\(unit.chinese)")
            }
            lines += unit.members.map { "member\t\($0)" }
        }
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}
