/** Times in words. The phone's clock may be wrong: what the node says in `Date` corrects it. */

import { language, t } from "./words.js";

let offset = 0;

/** Learns how far this clock is off, from the `Date` of an answer. */
export function learnTime(date) {
  const there = Date.parse(date ?? "");
  if (Number.isFinite(there)) offset = there - Date.now();
}

/** The present, in milliseconds, by the node's clock as far as it is known. */
export const now = () => Date.now() + offset;

const zone = "Asia/Shanghai";
const formats = new Map();

function format(options) {
  const key = language() + JSON.stringify(options);
  if (!formats.has(key)) {
    const locale = language() === "en" ? "en-GB" : "zh-CN";
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, hour12: false, ...options }));
  }
  return formats.get(key);
}

/** A moment as people say it: the time alone if it is today, otherwise with the day. */
export function moment(value) {
  const at = typeof value === "number" ? value : Date.parse(value);
  if (!Number.isFinite(at)) return "";
  const day = { month: "numeric", day: "numeric" };
  const time = format({ hour: "2-digit", minute: "2-digit" }).format(at);
  const isToday = format(day).format(at) === format(day).format(now());
  return isToday ? t("time.today", { time }) : `${format({ month: "short", day: "numeric" }).format(at)} ${time}`;
}

/** A moment in full: the day with its year, and the time. */
export const dateText = (value) => format({
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
}).format(typeof value === "number" ? value : Date.parse(value));

/** A length of time with its largest unit: 3 days, 5 hours, 12 minutes. */
export function span(milliseconds) {
  const minutes = Math.max(1, Math.round(milliseconds / 60000));
  if (minutes < 60) return t("time.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("time.hours", { n: Math.round(minutes / 60) });
  return t("time.days", { n: Math.round(minutes / 1440) });
}

/** Whether the deadline of a task has passed, by what the node said or by the clock since then. */
export function isOverdue(deadline) {
  if (!deadline) return false;
  if (deadline.state === "overdue") return true;
  return deadline.state === "running" && Boolean(deadline.at) && Date.parse(deadline.at) < now();
}

/** What to show of a deadline: `{words, tone}`; tone is `late`, `soon`, `paused`, `done` or `calm`. Null if none. */
export function deadlineWords(deadline) {
  if (!deadline) return null;
  const at = Date.parse(deadline.at ?? deadline.deadline ?? "");
  if (deadline.state === "paused") return { words: t("deadline.paused"), tone: "paused" };
  if (deadline.state === "finished") return { words: t("deadline.finished"), tone: "done" };
  if (deadline.state === "stopped") return { words: t("deadline.stopped"), tone: "done" };
  if (deadline.state === "finished-late") return { words: t("deadline.finishedLate"), tone: "late" };
  if (!Number.isFinite(at)) return null;
  const left = at - now();
  if (deadline.state === "overdue" || left < 0) {
    return { words: t("deadline.overdue", { span: span(Math.max(0, -left)) }), tone: "late" };
  }
  const words = t("deadline.left", { span: span(left) });
  return { words, tone: deadline.due_soon || left < 3600000 ? "soon" : "calm" };
}
