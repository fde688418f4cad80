import FieldpostCore

extension Role {
    /// The command's name, and the value of `role` in a file.
    var name: String {
        switch self {
        case .gateway: "gateway"
        case .central: "central"
        }
    }
}
