/**
 * The steps of handling, as Protocol/handling/stages.tsv has them: who may take each one, from where, what it must say.
 * The node decides; this copy serves the work without a link, and the words that say why something is not possible.
 */

const rows = `
accepted|受理|Accepted|step|accepted|d|
absent|核实不通过|Not found there|back|accepted|cd|reason
inspected|核实|Found there|step|accepted,absent|cd|
filed|立案|Case filed|step|accepted,inspected,absent,reopened|d|limit
dispatched|派遣|Dispatched|step|accepted,inspected,filed,dispatched,handling,returned,rework,reopened|d|department
handling|处置|Being handled|step|dispatched,rework|hd|
feedback|反馈|Feedback given|step|dispatched,handling,rework|hd|
verified|核查|Verified|step|feedback|cd|
returned|退回|Returned|back|dispatched,handling,rework|hd|reason
rework|返工|To be done again|back|feedback,verified|cd|reason
closed|结案|Closed|final|verified,feedback,absent|d|
reopened|重新处理|Reopened|back|closed,voided,merged|dr|reason
voided|作废|Void|end|accepted,inspected,absent,filed,dispatched,returned,reopened|d|reason
merged|并案|Joined to another|end|accepted,inspected,filed,dispatched,reopened|d|original
extended|延时|Extended|side|dispatched,handling,rework|d|reason,until
suspended|挂账|Suspended|side|filed,dispatched,handling,returned,rework,reopened|d|reason,until
resumed|恢复|Resumed|side|filed,dispatched,handling,returned,rework,reopened|d|
supervised|督办|Supervised|side|accepted,inspected,filed,dispatched,handling,feedback,returned,rework,reopened|dl|reason
assigned|指派|Assigned|side|accepted,dispatched,handling,feedback,returned,rework,reopened|dl|assignee
claimed|认领|Taken|side|accepted,dispatched,handling,feedback,rework|chd|assignee
unclear|无法核查|Cannot be checked|side|accepted,feedback|cd|reason`;

const takers = { c: "collector", h: "handler", d: "dispatcher", l: "leader", r: "reporter" };
const list = (text) => (text ? text.split(",") : []);

/** The rows by their code: `{code, zh, en, kind, from, who, needs}`. */
export const stages = new Map(rows.trim().split("\n").map((row) => {
  const [code, zh, en, kind, from, who, needs] = row.split("|");
  return [code, { code, zh, en, kind, from: list(from), who: [...who].map((one) => takers[one]), needs: list(needs) }];
}));

/** The name of a step in a language; a code that is not known here stays as it is. */
export function stageName(code, language) {
  const row = stages.get(code);
  return row ? row[language === "en" ? "en" : "zh"] : code;
}

/** Whether one of these work groups may take a step. Whoever dispatches takes the steps of all groups. */
export function mayTake(code, groups) {
  const row = stages.get(code);
  if (!row) return groups.includes("dispatcher");
  return row.who.some((group) => groups.includes(group)) || groups.includes("dispatcher");
}

/** The steps that are usually taken from a stage, as the node lists them in `next`. */
export function nextFrom(stage, isSuspended = false) {
  return [...stages.values()]
    .filter((row) => row.from.includes(stage) && row.code !== "reopened")
    .filter((row) => (row.code === "resumed" ? isSuspended : row.code !== "suspended" || !isSuspended))
    .map(({ code, zh, en, needs }) => ({ step: code, zh, en, needs }));
}
