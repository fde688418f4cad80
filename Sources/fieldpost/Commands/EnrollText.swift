import FieldpostClient
import FieldpostCore
import FieldpostGateway
import FieldpostNode

/// The output of `enroll`.
enum EnrollText {
    static func text(_ answer: EnrollmentRequest.Answer) -> String {
        let central = answer.enrolled.central.visibleLine
        guard let admission = answer.enrolled.admission else {
            return """
                Central (\(central)) has received the request. A person there must approve it.
                Both sides must show these words. Compare them; if they differ, an attacker may be in between:

                    \(answer.fingerprint)

                At central: fieldpost gateways, then fieldpost gateways approve NAME

                """
        }
        let grids = admission.grids.map(\.visibleLine).joined(separator: ", ")
        return "Enrolled with \(central) as \(admission.name.visibleLine)"
            + (grids.isEmpty ? ", without grids" : ", for the grids \(grids)")
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
        // Texts and booleans can always be encoded.
        return ((try? JSONValue.object(fields).encoded()) ?? "{}") + "\n"
    }
}
