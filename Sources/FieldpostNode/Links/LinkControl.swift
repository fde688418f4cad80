package import FieldpostCore
package import FieldpostSync

/// What the links of this node may carry, and what they carried. Sessions ask before they send, and count what they
/// sent. All methods may be called from any task, and are quick.
package protocol LinkControl: Sendable {
    /// The class of a connection, from the addresses of its two ends, in numeric form.
    func name(local: String?, peer: String?) -> String

    /// Whether a lane may use links of a class now.
    func permit(for lane: Lane, of name: String) -> LanePermit

    /// What links of a class do for photos. `backlog`: nil if nobody knows it.
    func outlook(of name: String, backlog: PhotoBacklog?) -> LinkOutlook

    /// Bytes of TCP's payload that went over a link, in either direction.
    func count(_ bytes: Int, of name: String)

    /// An element for each change after which a permit may be given earlier than it said: a pause that ends, other
    /// settings.
    func changes() -> AsyncStream<Void>
}

/// The link under one session.
package struct SessionLink: Sendable {
    /// The class, such as "lte".
    package let name: String
    private let control: any LinkControl

    /// `local` and `peer`: the addresses of the connection's two ends, in numeric form.
    package init(local: String?, peer: String?, control: any LinkControl) {
        name = control.name(local: local, peer: peer)
        self.control = control
    }

    /// Whether a lane may send now. Ask for each frame.
    package func permit(for lane: Lane) -> LanePermit { control.permit(for: lane, of: name) }

    /// See `LinkControl.changes`.
    package func changes() -> AsyncStream<Void> { control.changes() }

    /// So many bytes of TCP's payload were sent.
    package func sent(_ bytes: Int) { control.count(bytes, of: name) }

    /// So many bytes of TCP's payload were received.
    package func received(_ bytes: Int) { control.count(bytes, of: name) }
}
