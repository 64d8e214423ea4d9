// Single keys on the page that shows one item after the other. While an answer is awaited, no key decides: nobody
// decides on what is not shown yet. U takes back what the last key did: if that was pressed too early, nothing.
const review = () => document.getElementById("review");
const keyed = (key) => review()?.querySelector(`[data-key="${key}"]`);
let busy = false;
let tooEarly = false;
let undoNext = false;
let searching = false;

const panel = (key) => {
  for (const other of review().querySelectorAll("details[open]")) if (other.dataset.key !== key) other.open = false;
  const details = keyed(key);
  if (!details) return;
  if (!details.matches("details")) { details.click(); return; }
  details.open = true;
  details.querySelector("input:not([type=hidden])").focus();
  if (key === "m") point(0);
};

const options = () => [...review().querySelectorAll("#into [role=option]:not([aria-disabled])")];
const point = (to) => {
  const all = options();
  const box = review().querySelector("[role=combobox]");
  all.forEach((option, at) => option.setAttribute("aria-selected", at === to));
  if (all[to]) box.setAttribute("aria-activedescendant", all[to].id); else box.removeAttribute("aria-activedescendant");
  all[to]?.scrollIntoView({ block: "nearest" });
};
const pointed = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");

const inMerge = (event) => {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move) point((pointed() + move + options().length) % options().length);
  else if (event.key === "Enter") searching || options()[pointed()]?.querySelector("button").click();
  else return false;
  return true;
};

const inReject = (event) => {
  const number = /^[1-9]$/.test(event.key) && event.target.value === "" ? Number(event.key) : 0;
  const button = review().querySelectorAll(".reject [name=given]")[number - 1];
  button?.click();
  return Boolean(button);
};

const inField = (event) => {
  if (event.key === "Escape") {
    const details = event.target.closest("details");
    if (details) details.open = false;
    review().focus();
    return true;
  }
  if (event.target.closest(".merge")) return inMerge(event);
  return event.target.closest(".reject") ? inReject(event) : false;
};

const onPage = (event) => {
  const key = event.key.toLowerCase();
  if (key === "u" && tooEarly) { early(false); return true; }
  early(false);
  if (key === "?") document.getElementById("review-keys").showModal();
  else if (key === "r" || key === "m") panel(key);
  else if (key === "e") review().querySelector(".accept :is(input:not([type=hidden]), select)")?.focus();
  else if ("asfpuo".includes(key) && key.length === 1) keyed(key)?.click();
  else return false;
  return true;
};

const early = (told) => {
  tooEarly = told;
  document.getElementById("review-early").hidden = !told;
};
const whileBusy = (event) => {
  const key = event.key.toLowerCase();
  if (key === "u" && tooEarly) early(false);
  else if (key === "u") undoNext = true;
  else if ("asfprm".includes(key)) early(true);
};

document.addEventListener("keydown", (event) => {
  if (!review() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const field = event.target.closest("input, select, textarea");
  if (field && !review().contains(field)) return;
  if (busy) whileBusy(event);
  else if (!(field ? inField(event) : onPage(event))) return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) document.getElementById("review-keys").showModal();
});
document.addEventListener("input", (event) => { searching ||= event.target.matches("#review [role=combobox]"); });
document.addEventListener("toggle", (event) => {
  if (event.target.open && review()?.contains(event.target)) panel(event.target.dataset.key);
}, true);
document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.target.id === "review") busy = true; });
const unanswered = () => {
  busy = searching = false;
  document.getElementById("review-unanswered").hidden = false;
};
document.addEventListener("htmx:sendError", unanswered);
document.addEventListener("htmx:responseError", unanswered);
// What has been swapped in answers to nothing before it has settled.
document.addEventListener("htmx:afterSettle", (event) => {
  searching = false;
  if (event.detail.target.id === "into") { point(0); return; }
  busy = false;
  if (undoNext) keyed("u")?.click();
  undoNext = false;
  review().focus({ preventScroll: true });
  const told = review().querySelector(".outcome:not([role])")?.textContent ?? "";
  document.getElementById("review-said").textContent = `${told} ${document.getElementById("review-text")?.textContent ?? ""}`;
});
