import FieldpostNode
import FieldpostSync
import Testing

/// Which class a connection belongs to.
struct LinkClassTests {
    @Test func `an interface decides before a peer, and the first class that names it`() {
        let classes = [
            LinkClass(name: "lte", interfaces: ["wwan*", "ppp0"]),
            LinkClass(
                name: "wifi", interfaces: ["wlan0", "wwan1"], peers: [AddressPrefix("10.8.0.0/16")].compactMap(\.self)),
            LinkClass(name: "satellite", peers: [AddressPrefix("10.0.0.0/8")].compactMap(\.self)),
        ]
        func name(_ interface: String?, _ peer: String?) -> String? { classes.name(interface: interface, peer: peer) }
        #expect(name("wwan1", nil) == "lte" && name("wwan", nil) == "lte" && name("ppp0", "10.8.0.1") == "lte")
        #expect(name("wlan0", "10.1.1.1") == "wifi" && name("eth0", "10.8.255.255") == "wifi")
        #expect(name(nil, "10.9.0.1") == "satellite")
        #expect(name("ppp01", nil) == nil && name("eth0", "11.0.0.1") == nil && name(nil, nil) == nil)
    }

    @Test(arguments: [
        ("10.8.0.0/16", "10.8.3.4", true), ("10.8.0.0/16", "10.9.0.0", false), ("10.8.0.0/15", "10.9.255.255", true),
        ("0.0.0.0/0", "1.2.3.4", true), ("10.8.0.1", "10.8.0.1", true), ("10.8.0.1/32", "10.8.0.2", false),
        ("fd00::/8", "fd12::5", true), ("fd00::/8", "fe80::1", false), ("fe80::/10", "fe80::1%eth0", true),
        ("::/0", "1.2.3.4", false), ("10.8.0.0/16", "::ffff:10.8.1.1", true), ("10.8.0.0/16", "central", false),
        ("10.8.0.128/25", "10.8.0.127", false),
    ])
    func `a network contains its addresses`(prefix: String, address: String, isIn: Bool) throws {
        #expect(try #require(AddressPrefix(prefix)).contains(address) == isIn)
    }

    @Test(arguments: [
        "", "10.8.0.0/33", "10.8.0.0/-1", "10.8.0.0/+8", "10.8.0.0/", "10.8.0.0/8/8", "10.8/16", "central",
        "fd00::/129",
        "10.8.0.1/16", "fd00::1/8", "10.8.0.0/x",
    ])
    func `other texts are no network`(text: String) { #expect(AddressPrefix(text) == nil) }

    @Test func `an interface is found by an address of this machine`() {
        #expect(NetworkInterface.name(of: "127.0.0.1") == "lo")
        #expect(NetworkInterface.name(of: "::ffff:127.0.0.1") == "lo")
        #expect(NetworkInterface.name(of: "192.0.2.77") == nil && NetworkInterface.name(of: "x") == nil)
    }
}
