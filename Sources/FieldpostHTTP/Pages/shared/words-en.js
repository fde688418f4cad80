/** The words of the shared parts in English. */

export default {
  "problem.unreachable": "The gateway cannot be reached. All is kept on this phone and goes by itself later.",
  "problem.failed": "Something unexpected happened. All is kept on this phone, and is tried again by itself.",
  "problem.login": "Log in to send it. All is kept on this phone.",
  "problem.401": "Log in again to send it. All is kept on this phone.",
  "problem.403": "You may not do this, so it was not sent. It is still on this phone. Ask the administrator.",
  "problem.429": "Too many are sending now. All is kept on this phone, and is tried again by itself.",
  "problem.500": "The gateway has a fault. All is kept on this phone, and is tried again by itself.",
  "problem.502": "The gateway cannot be reached. All is kept on this phone, and is tried again by itself.",
  "problem.503": "The gateway takes nothing at the moment. All is kept on this phone, and is tried again by itself.",
  "problem.504": "The gateway cannot be reached. All is kept on this phone, and is tried again by itself.",
  "problem.507": "The gateway's disk is full. All is kept on this phone, and is tried again by itself.",
  "problem.no-sealing-key": "Contact data cannot be sealed here yet, so it was not sent. Wait, or send it "
    + "without contact.",
  "problem.unknown-receipt": "This node does not know the receipt yet; it may be on its way. It is tried again "
    + "by itself.",
  "problem.too-large": "It is too large and was not accepted. Change it and send it again.",
  "problem.media-not-taken": "Files of this kind are not accepted. The words are safe. Use a photo or an MP4 clip.",
  "problem.media-defective": "The file is damaged and was not accepted. The words are safe. Take the photo again.",
  "problem.wrong-hash": "The photo was damaged on its way and was not accepted. Try again.",
  "problem.in-another-tab": "The photo is in another tab of this page. Keep that tab open until it is sent.",
  "problem.lost-file": "The photo is not on this phone any more (the page was closed, or space was cleared). "
    + "The words are "
    + "safe. Add the photo again on the receipt.",
  "problem.empty-file": "The photo is empty and was not sent. The words are safe. Take it again.",
  "problem.hidden": "The report was taken back. Nothing can be added.",
  "problem.not-kept": "This gateway does not keep the report any more. Try again where there is internet.",
  "problem.report-full": "The report is full. Send another one.",
  "problem.key-reused": "This was sent before with other words. Open the receipt, and add a note if needed.",
  "problem.step-not-possible": "Things have changed: this step is not possible now. Look at the latest state, "
    + "then decide.",
  "problem.invalid-value": "Something in it does not fit, so it was not accepted. It is still here. Change and "
    + "send it again.",
  "problem.refused": "It was not accepted. It is still on this phone. Change it and send it again.",
  "problem.later": "It is not accepted at the moment. All is kept on this phone, and is tried again by itself.",
};
