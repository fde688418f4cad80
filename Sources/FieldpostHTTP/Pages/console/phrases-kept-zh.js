/**
 * Sentences that nodes keep and say, and what they are in Chinese: `{name}` stands for what differs, `[…]` may be
 * missing. Where several fit, the first one counts.
 */

const resolve = "查明后在这里标记为已处理，告警就结束。";

export default [
  // What administrators did.
  ["Gave {name} the role {role}[, the work group {group}][, the department {department}][, the grids {grids}][,]"
    + " and a new password.", "为 {name} 设了新密码，角色：{role}[，工作组：{group}][，部门：{department}][，网格：{grids}]。"],
  ["Gave {name} the role {role}[, the work group {group}][, the department {department}][, the grids {grids}].",
    "修改 {name}，密码不变，角色：{role}[，工作组：{group}][，部门：{department}][，网格：{grids}]。"],
  ["Adding the webhook {name}, to {place}[, all changes of reports][, filter {filter}].",
    "新建推送 {name}，发往 {place}[，条件：{filter}]。"],
  ["Changing the webhook {name}[, to {place}][, all changes of reports][, filter {filter}].",
    "修改推送 {name}[，发往 {place}][，条件：{filter}]。"],
  ["Pausing the webhook {name}.", "暂停推送 {name}。"],
  ["Resuming the webhook {name}.", "恢复推送 {name}。"],
  ["Removing the webhook {name}.", "删除推送 {name}。"],
  ["Testing the webhook {name}.", "测试推送 {name}。"],
  ["Revoked {name} ({short}): {other} replaces it.", "停用网关 {name}（{short}），由 {other} 替换。"],
  ["Revoked {name} ({short}).", "停用网关 {name}（{short}）。"],
  ["Revoked {name}.", "停用 {name}。"],
  ["Enrolled {name} ({short}) by token {n}.", "网关 {name}（{short}）用第 {n} 号令牌加入。"],
  ["Enrolled {name} ({short}).", "同意网关 {name}（{short}）加入。"],
  ["Rejected {name} ({short}).", "拒绝网关 {name}（{short}）加入。"],
  ["Changed {name} ({short}): it is {other} and serves {grids}.", "修改网关 {name}（{short}）：名称 {other}，网格 {grids}。"],
  ["Made token {n}[ for {name}][, which replaces {other}].", "生成第 {n} 号令牌[，用于 {name}][，替换 {other}]。"],
  ["Withdrew token {n}.", "收回第 {n} 号令牌。"],
  ["Set {name}, version {n}: {m} bytes.", "保存设置 {name} 第 {n} 版，{m} 字节。"],
  ["Asked for a resync ({mode}) of {name}.", "要求核对网关 {name} 的数据（{mode}）。"],
  ["Asked to pause the resync {number}.", "要求暂停核对任务 {number}。"],
  ["Asked to resume the resync {number}.", "要求继续核对任务 {number}。"],
  ["Asked to cancel the resync {number}.", "要求取消核对任务 {number}。"],
  ["Began the resync {number} ({mode}) of {name}.", "开始核对任务 {number}（{mode}）：网关 {name}。"],
  ["Ended the resync {number} ({mode}) of {name}: {outcome}.", "核对任务 {number}（{mode}）结束：网关 {name}，{outcome}。"],
  ["Accepted all incarnations of {name} ({short}).", "接受网关 {name}（{short}）的所有副本。"],
  ["Forgot the incarnations of {name} ({short}) that have no entries.", "忘记网关 {name}（{short}）没有记录的副本。"],
  ["Resolved all incidents so far.", "把到目前为止的事故都标记为已处理。"],
  ["Replayed the quarantine.", "重新读取被隔离的记录。"],
  ["Looked at report {id}, which its reporter took back.", "查看了上报人已撤回的上报 {id}。"],
  ["Looked at a photo of report {id}, which its reporter took back.", "查看了上报人已撤回的上报 {id} 的照片。"],
  ["Listed reports that their reporters took back.", "列出了上报人已撤回的上报。"],
  ["Opened the contact data of report {id}.", "查看了上报 {id} 的联系方式。"],
  ["Added the terminal {name}, for reports by {channel}.", "添加终端 {name}，来源 {channel}。"],
  ["Paired the terminal {name} with {person}.", "终端 {name} 与 {person} 配对。"],
  ["Ended the pairing of the terminal {name} with {person}.", "结束终端 {name} 与 {person} 的配对。"],
  ["Restored {name} ({short}) as {state}: {phrase}", "恢复网关 {name}（{short}）的状态：{state}。{phrase}"],
  ["Restored {name} as {state}: {phrase}", "恢复 {name} 的状态：{state}。{phrase}"],
  ["the journal has lost the audit event that said this.", "日志丢失了说明它的记录。"],
  // Alarms that have an incident in them, and incidents.
  ["{phrase} To end this alarm, run `fieldpost incidents resolve`.", `{phrase}${resolve}`],
  ["{phrase} Nothing that other nodes hold is lost: what is missing comes back. {n} entries of this node were moved to "
    + "a new incarnation.", "{phrase}其他节点上的数据没有丢失，缺少的会传回来。本节点有 {n} 条记录移到了新的副本。"],
  ["{phrase} Nothing that other nodes hold is lost: what is missing comes back.",
    "{phrase}其他节点上的数据没有丢失，缺少的会传回来。"],
  ["The database was restored from a copy: {reason}.", "数据库是从备份恢复的：{reason}。"],
  ["The machine was restored from a copy: central holds {n} entries of this node, this journal {m}.",
    "本机是从备份恢复的：中心有本节点的 {n} 条记录，本机日志有 {m} 条。"],
  ["The machine was restored from a copy: central knows a later incarnation of this node.",
    "本机是从备份恢复的：中心知道本节点更新的副本。"],
  ["The machine was restored from a copy and written to since: after entry {n} of {origin}, central holds different "
    + "entries from this journal.", "本机是从备份恢复的，之后又写入过：{origin} 的第 {n} 条之后，中心的记录与本机日志不同。"],
  ["Entry {n} of {origin} is corrupt, and nothing here proves what it was.",
    "{origin} 的第 {n} 条记录已损坏，本机无法证明原来的内容。"],
  ["This node was restored from a copy: gateway {short} holds entries that this node has lost.",
    "本节点是从备份恢复的：网关 {short} 上有本节点丢失的记录。"],
  ["The id {id} was used for different content at {nodes}, in report {report}. Both are kept and marked as reused. "
    + "Nothing is lost. Check whether a device starts its ids again.",
  "编号 {id} 在 {nodes} 用于不同的内容，上报 {report}。两份都保留并标为重用，没有丢失。请检查是否有设备重新开始编号。"],
  ["More reused ids and false claims arrived than are listed. Resolve the incidents to see more of them.",
    "重用的编号和不实的声明比列出的更多。标记为已处理后可以看到其余的。"],
  ["{node} sent entries of report {report} that claim to have seen entries that were not written yet. The false claims "
    + "are ignored and hide nothing. Check who has access to that gateway. To shut it out, run `fieldpost gateways "
    + "revoke`.", "{node} 发来的上报 {report} 的记录声称看过还没有写下的记录。不实的声明被忽略，没有遮住任何内容。"
    + "请检查谁能接触这台网关；需要时停用它。"],
  ["The journal was damaged and rebuilt: {n} entries were kept, {m} of this node were moved to a new incarnation. What "
    + "other nodes hold comes back from them.",
  "日志曾损坏，已重建：保留 {n} 条记录，本节点的 {m} 条移到新的副本。其他节点上有的会传回来。"],
  ["Gateway {name} ({short}) has two incarnations that follow the same one: its card was cloned, or restored twice. "
    + "The second one waits until you run `fieldpost gateways accept-clone`.",
  "网关 {name}（{short}）有两个来自同一份的副本：存储卡被复制，或恢复了两次。第二个在等待您接受。"],
  // Alarms.
  ["Gateway {name} was cloned, or restored twice. Its second incarnation waits; its reports are safe there. When only "
    + "one machine is left, run `fieldpost gateways accept-clone {name}`.",
  "网关 {name} 被复制，或恢复了两次。第二个副本在等待，它的上报保存在那里。只留下一台机器后，请运行 "
    + "fieldpost gateways accept-clone {name}。"],
  ["Gateway {name} ({short}) makes claims that central cannot verify: {words} Nothing was changed. {reports} Either "
    + "the gateway was taken over, or its journal was replaced. Examine it.",
  "网关 {name}（{short}）的声明中心无法核实：{words} 没有改动任何内容。网关可能被人控制，或日志被替换，请检查它。"],
  ["The disk is nearly full: it refuses {refused} until there is room. {phrase}",
    "磁盘将满：在腾出空间前不收{refused}。{phrase}"],
  ["Sync continues.", "同步照常进行。"],
  ["Entries of other nodes wait there until then.", "其他节点的记录在原处等待。"],
  ["A check of the journal's file complained ({doubt}), but a second check did not confirm it. Nothing is lost, and "
    + "the node continues. The next check without a complaint ends this alarm.",
  "一次日志文件检查有疑问（{doubt}），第二次没有证实。没有丢失，程序照常运行。下次检查正常后告警结束。"],
  ["{phrase} Run `fieldpost quarantine` to see them.", "{phrase}可以在设备页查看。"],
  ["{n} entries are corrupt, or only their hash is here. Other nodes are asked for them at each connection.",
    "{n} 条记录已损坏，或这里只有它们的摘要。每次连接都会向其他节点要。"],
  ["{n} entries are kept but cannot be read by this version. They block nothing.",
    "{n} 条记录已保留，但这个版本读不懂，不影响其他内容。"],
  ["{n} entries of this node are kept at central but cannot be read there.", "本节点有 {n} 条记录保存在中心，但中心读不懂。"],
  ["{n} entries are kept without a place, because their places hold other entries.",
    "{n} 条记录已保留但没有位置，因为位置上是别的记录。"],
  ["{n} photos or clips became corrupt here, and are set aside. Everything else is safe. Send them again from where "
    + "they came: each has the name of its SHA-256 below blobs/corrupt.",
  "这里有 {n} 张照片或视频损坏，已放到一边，其他都安全。请从来处重新发送：文件在 blobs/corrupt 下，以 SHA-256 命名。"],
  ["Photos get no thumbnails here, because the program {name} is missing. The photos are safe and travel without them. "
    + "Install it, or name it by the setting `thumbnail_helper`.",
  "缺少程序 {name}，照片没有缩略图。照片安全，照常传送。请安装它，或用设置 thumbnail_helper 指定。"],
  ["The certificate of HTTP ({file}) expired on {day}. Terminals and browsers refuse it. Reports here are safe. "
    + "{phrase}", "HTTP 证书（{file}）已于 {day} 过期，终端和浏览器会拒绝它。这里的上报安全。{phrase}"],
  ["The certificate of HTTP ({file}) expires within {n} days, on {day}. Then terminals and browsers refuse it. Renew "
    + "it now. {phrase}", "HTTP 证书（{file}）将在 {n} 天内（{day}）过期，之后终端和浏览器会拒绝它。请马上更新。{phrase}"],
  ["The certificate of HTTP ({file}) expires in {n} days, on {day}. {phrase}",
    "HTTP 证书（{file}）将在 {n} 天后（{day}）过期。{phrase}"],
  ["The certificate of HTTP ({file}) is not valid before {day}, by this machine's clock. Terminals and browsers may "
    + "refuse it. Check the clock first, then the certificate.",
  "按本机时钟，HTTP 证书（{file}）在 {day} 前无效，终端和浏览器可能拒绝它。请先检查时钟，再检查证书。"],
  ["Put a renewed certificate there. It is served within a minute, or at once after a reload.",
    "把新证书放到原处，一分钟内生效，重新载入后立即生效。"],
  ["This is the copy that systemd made at the start. Renew the file that `LoadCredential=` of the unit names, then "
    + "restart the unit. This loses nothing.",
  "这是 systemd 启动时的副本。请更新单元文件中 LoadCredential= 指定的文件，再重启单元，不会丢失任何内容。"],
  ["{problem} The old certificate is still served, but the next start would fail.",
    "{problem} 仍在使用旧证书，但下次启动会失败。"],
  ["The configuration cannot be loaded, and the next start would fail: {problem} The node continues with its old "
    + "configuration. Correct the file, then reload.",
  "配置无法载入，下次启动会失败：{problem} 仍按旧配置运行。请改正文件后重新载入。"],
  ["Anyone who can connect to {address} may read and change all reports (http_open: true), and other machines can "
    + "connect to it.", "任何能连接 {address} 的人都可以查看和修改所有上报（http_open: true），其他机器也能连接它。"],
  ["Links are plain TCP (insecure: true): anyone on the path can read and change reports.",
    "链路没有加密（insecure: true）：途中的任何人都可以查看和修改上报。"],
];
