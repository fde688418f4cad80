/// `GET /v1/organisation`: who handles reports, from the newest organisation that a node holds.
package struct OrganisationState: Codable, Hashable, Sendable {
    /// A department, a work group or a grid, with the names of its people.
    package struct Unit: Codable, Hashable, Sendable {
        package var code: String
        package var zh: String
        /// Missing for a grid.
        package var en: String?
        /// Of a grid, its leaders.
        package var members: [String]

        package init(code: String, zh: String, en: String?, members: [String]) {
            (self.code, self.zh, self.en, self.members) = (code, zh, en, members)
        }
    }

    /// The version that the text of the organisation names.
    package var version: String
    package var departments: [Unit]
    package var groups: [Unit]
    package var grids: [Unit]

    package init(version: String, departments: [Unit], groups: [Unit], grids: [Unit]) {
        (self.version, self.departments, self.groups, self.grids) = (version, departments, groups, grids)
    }
}

/// `GET /v1/templates`: texts that staff often write, in their order.
package struct TemplateList: Codable, Hashable, Sendable {
    package struct Template: Codable, Hashable, Sendable {
        /// The code of the step that it is for.
        package var step: String
        /// "public": the reporter reads it; "inside": staff do.
        package var audience: String
        package var text: String

        package init(step: String, audience: String, text: String) {
            (self.step, self.audience, self.text) = (step, audience, text)
        }
    }

    package var version: String
    package var templates: [Template]

    package init(version: String, templates: [Template]) { (self.version, self.templates) = (version, templates) }
}
