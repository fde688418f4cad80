/** All that the first view does not need, in one import. */

export { loadForm, loadNearby } from "./node.js";
export { addToDraft } from "./photo-input.js";
export { openBoxes } from "./view-boxes.js";
export { checkView } from "./view-check.js";
export { mineView } from "./view-mine.js";
export { nearbyView } from "./view-nearby.js";
export { queueView } from "./view-queue.js";
export { receiptView } from "./view-receipt.js";
import "../shared/sender.js"; // here before it is needed
import "../shared/tus.js";
