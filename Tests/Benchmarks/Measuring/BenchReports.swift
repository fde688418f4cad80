import FieldpostClient
import FieldpostCore

/// The reports that are sent: invented ones from a fixed seed, of about 590 bytes of JSON.
enum BenchReports {
    /// What citizens add.
    private static let additions = [
        "希望街道办和物业管理处能派人现场核实并及时公布处理进展，谢谢。", "之前拨打过热线电话，工作人员说会转交有关部门，但至今没有结果。",
        "照片已经随手拍上传，具体位置在路口往南大约五十米的地方。", "周边商户和住户都希望能有一个长期的解决办法，而不是一次性清理。",
    ]
    /// Characters of a remark that no other report has: real texts differ more than the invented phrases.
    private static let characters = Array(
        "东南西北中上下左右前后内外大小多少新旧高低长短红黄绿白黑水火土木金石山河湖海路街巷门窗墙顶井盖灯杆线管桥树草花"
            + "车辆人行商铺楼房层室园区校院厂站口处点边角面侧旁间段号米年月日时分天夜早晚雨风热冷漏堵坏断裂倒塌积停占卖烧")
    private static let remarkLength = 10

    static func make(count: Int, seed: UInt64) -> [ReportInput] {
        var random = SeededGenerator(seed: seed)
        return ReportSource.generated(count: count, seed: seed).compactMap { row in
            guard case .report(var report) = row else { return nil }
            let remark = String((0..<remarkLength).map { _ in random.pick(characters) })
            if case .text(let text)? = report.fields[FieldName.text.rawValue] {
                report.set(.text, text + random.pick(additions) + remark)
            }
            return report
        }
    }

    static func bodies(count: Int, seed: UInt64) -> [[UInt8]] { make(count: count, seed: seed).map(\.body) }
}
