/// Invented rows in the formats that an import reads.
enum SampleRows {
    static let pingshanHeader =
        "REC_ID,REPORT_NUM,CREATE_TIME,DISTRICT_ID,DISTRICT_NAME,STREET_ID,STREET_NAME,COMMUNITY_ID,COMMUNITY_NAME,"
        + "EVENT_TYPE_ID,EVENT_TYPE_NAME,MAIN_TYPE_ID,MAIN_TYPE_NAME,SUB_TYPE_ID,SUB_TYPE_NAME,DISPOSE_UNIT_ID,"
        + "DISPOSE_UNIT_NAME,EVENT_SRC_ID,EVENT_SRC_NAME,EVENT_PROPERTY_ID,EVENT_PROPERTY_NAME,OPERATE_NUM,"
        + "OVERTIME_ARCHIVE_NUM,INTIME_TO_ARCHIVE_NUM,INTIME_ARCHIVE_NUM"

    static let map = "event_type,main_type,sub_type,count,sub_code\r\n市政,道路,破损,3,SZ03\r\n安全,消防,堵塞,1,AQ03\r\n"

    static let messages = "message_id,title,detail\r\n1,\"路灯不亮, 已有两周\",x\r\n2,井盖松动,\"多\r\n行\"\r\n"

    static func pingshan(
        _ id: String, time: String = "2018-02-08 15:34:40", street: String = "东坡街道", community: String = "松岭社区",
        type: (String, String, String) = ("市政", "道路", "破损"), unit: String = "交通局", source: String = "12345"
    ) -> String {
        "\(id),1,\(time),1,某区,101,\(street),10014,\(community),6,\(type.0),186,\(type.1),662,"
            + "\(type.2),1805,\(unit),103,\(source),2,投诉,1,0,0,-"
    }
}
