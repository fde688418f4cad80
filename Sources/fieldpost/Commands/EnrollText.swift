import FieldpostCore
import FieldpostGateway
import FieldpostNode

/// What `enroll` prints.
enum EnrollText {
    static func text(_ answer: EnrollmentRequest.Answer) -> String {
        let central = answer.enrolled.central.visibleLine
        guard let admission = answer.enrolled.admission else {
            return """
                Central (\(central)) has this gateway on its list, and a person there decides.
                Both sides show these words. Read them to each other; if they differ, somebody is in between:

                    \(answer.fingerprint)

                At central: fieldpost gateways, then fieldpost gateways approve NAME

                """
        }
        let grids = admission.grids.map(\.visibleLine).joined(separator: ", ")
        return "Enrolled with \(central) as \(admission.name.visibleLine)"
            + (grids.isEmpty ? ", for no grid" : ", for the grids \(grids)")
            + ". The daemon connects by itself.\n"
    }

    static func object(_ answer: EnrollmentRequest.Answer) -> String {
        var fields: [String: JSONValue] = [
            "central": .text(answer.central.description), "central_name": .text(answer.enrolled.central),
            "fingerprint": .text(answer.fingerprint.description),
            "is_enrolled": .boolean(answer.enrolled.admission != nil),
        ]
        if let admission = answer.enrolled.admission {
            fields["name"] = .text(admission.name)
            fields["grids"] = .list(admission.grids.map { .text($0) })
        }
        // Text and booleans can always be written.
        return ((try? JSONValue.object(fields).encoded()) ?? "{}") + "\n"
    }
}
