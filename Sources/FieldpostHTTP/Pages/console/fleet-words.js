/** What gateways say of themselves, in words. */

import { addWords, hasWord, t } from "../shared/words.js";
import en from "./words-e-fleet-en.js";
import zh from "./words-e-fleet-zh.js";

addWords({ zh, en });

const coded = (kind, code) => (hasWord(`${kind}.${code}`) ? t(`${kind}.${code}`) : code);

/** What an alarm of a gateway is about. */
export const alarmWords = (code) => coded("alarm", code);

/** What a node refuses because its disk is nearly full. */
export const diskWords = (stage) => coded("disk", stage);

/** Why photos wait. */
export const waitWords = (reason) => coded("wait", reason);
