import FieldpostCore
import Foundation

/// Finds a daemon on this machine for a command that talks to it: from the same layers that the daemon reads, but
/// without checking what the command does not need.
struct DaemonLookup: Sendable {
    /// What counts first.
    private let layers: [ConfigurationLayer]

    /// `file`: named by a flag, and must be there. Nil: the environment's file, else the standard ones that are there.
    init(
        file: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        var layers = [ConfigurationLayer(environment: environment)]
        if let named = file ?? environment[Setting.configurationVariable] {
            guard let found = try ConfigurationFile.read(path: named) else {
                throw ConfigurationError(problems: [
                    .init(
                        place: .wholeFile(path: named),
                        message: "there is no such file. Name the one that the daemon reads.")
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

    /// `flag`: the state directory given on the command line.
    func adminSocket(stateDirectory flag: String?) -> String {
        self.stateDirectory(flag) + "/admin.sock"
    }

    /// `flag`: the state directory given on the command line.
    func stateDirectory(_ flag: String?) -> String {
        flag ?? texts(of: .stateDirectory).first ?? Setting.standardStateDirectory
    }

    /// What a gateway's daemon is told of itself; empty where nothing is.
    var dial: [String] { texts(of: .dial) }
    var grids: [String] { texts(of: .grids) }
    var name: String? { texts(of: .name).first }

    private func texts(of setting: Setting) -> [String] {
        layers.lazy.compactMap { $0.given[setting.key]?.texts }.first ?? []
    }
}
