/** The form as the page has it without script. */

/** What `GET /v1/form` would tell, as far as the page without script has it. */
export function formOfPage(root) {
  const station = root.querySelector("#station")?.textContent.trim() ?? "";
  const categories = [...root.querySelectorAll("#plain-category optgroup option")].map((option) => ({
    code: option.value,
    zh: option.textContent.trim(),
    major: { code: option.value.slice(0, 2), zh: option.parentElement.label },
    words: [],
  }));
  const grids = [...root.querySelectorAll("#plain-grid option")].filter((option) => option.value)
    .map((option) => ({ code: option.value, zh: option.textContent.trim() }));
  return { station, categories, grids, limits: { files: 9 }, secure: null, contact: true, fromPage: true };
}
