import FieldpostCore
import Foundation

/// Finds a daemon on this machine for a command. It reads the same layers as the daemon, but checks only what the
/// command needs.
struct DaemonLookup: Sendable {
    /// In order of precedence.
    private let layers: [ConfigurationLayer]

    /// `file`: named by a flag; it must exist. Nil means the environment's file, or the standard ones that exist.
    init(
        file: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        var layers = [ConfigurationLayer(environment: environment)]
        if let named = file ?? environment[Setting.configurationVariable] {
            guard let found = try ConfigurationFile.read(path: named) else {
                throw ConfigurationError(problems: [
                    .init(
                        place: .wholeFile(path: named),
                        message: "there is no such file. Name the file that the daemon reads.")
                ])
            }
            layers.append(found.layer)
        } else {
            for role in [Role.gateway, .central] {
                if let file = try ConfigurationFile.read(path: Setting.standardFile(for: role)) {
                    layers.append(file.layer)
                }
            }
        }
        self.layers = layers
    }

    /// `flag`: the state directory from the command line.
    func adminSocket(stateDirectory flag: String?) -> String {
        self.stateDirectory(flag) + "/admin.sock"
    }

    /// `flag`: the state directory from the command line.
    func stateDirectory(_ flag: String?) -> String {
        flag ?? texts(of: .stateDirectory).first ?? Setting.standardStateDirectory
    }

    /// The addresses that a gateway's daemon dials; empty when none are configured.
    var dial: [String] { texts(of: .dial) }
    var grids: [String] { texts(of: .grids) }
    var name: String? { texts(of: .name).first }

    private func texts(of setting: Setting) -> [String] {
        layers.lazy.compactMap { $0.given[setting.key]?.texts }.first ?? []
    }
}
