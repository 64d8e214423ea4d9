// What the pages do beyond htmx: keys, copying, what was looked up before, the entry beside a text.
// Everything works without it but for these. Texts for people come from the page's data attributes.
"use strict";

const RECENT = "termbase.recent";
const FILTERS = "termbase.filters";
const KEPT = 15;
const SETTLED_MS = 1500;
const TOLD_MS = 2000;
const box = document.getElementById("q");
const form = document.getElementById("search");
const entry = document.getElementById("entry");
const told = document.getElementById("told");

// The browser may forbid storage; then there is no memory, and all else works.
function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // See above.
  }
}

function tell(text) {
  told.textContent = text;
  setTimeout(() => { if (told.textContent === text) told.textContent = ""; }, TOLD_MS);
}

// Copying

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    tell(document.body.dataset.notCopied);
    return;
  }
  tell(`${document.body.dataset.copied}: ${text}`);
  remember();
}

// What is longer is fetched only when it is wanted.
async function copyFrom(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    await copy(await answer.text());
  } catch {
    tell(document.body.dataset.noAnswer);
  }
}

// What was looked up before

function remember() {
  const text = form ? box.value.trim() : "";
  const hit = document.querySelector(".hit");
  if (!text || !hit) return;
  const target = hit.querySelector(".target");
  const one = { text, equivalent: target.lang ? target.textContent : "", lang: target.lang };
  write(RECENT, [one, ...read(RECENT, []).filter((other) => other.text !== text)].slice(0, KEPT));
  showRecent();
}

function showRecent() {
  const section = document.getElementById("history");
  if (!section) return;
  const items = read(RECENT, []).filter((one) => one.text).map(({ text, equivalent, lang }) => {
    const link = document.createElement("a");
    link.href = `${document.body.dataset.lookup}?${new URLSearchParams({ q: text })}`;
    link.textContent = text;
    const beside = document.createElement("span");
    beside.textContent = equivalent;
    beside.lang = lang;
    beside.className = "quiet";
    const item = document.createElement("li");
    item.append(link, " ", beside);
    return item;
  });
  section.querySelector("ul").replaceChildren(...items);
  section.hidden = items.length === 0;
}

// Filters that stay: an address that names none gets those of last time.

function restoreFilters() {
  if (!form) return;
  const kept = read(FILTERS, {});
  const asked = new URLSearchParams(location.search);
  for (const filter of filters()) {
    filter.addEventListener("change", keepFilters);
    if (asked.has("q") || asked.has(filter.name)) continue;
    const value = kept[filter.name] ?? "";
    if (filter.type === "checkbox") filter.checked = value === filter.value;
    else if ([...filter.options].some((option) => option.value === value)) filter.value = value;
    // A filter at work is never out of sight.
    const folded = filter.closest("details");
    if (folded && value) folded.open = true;
  }
}

function filters() {
  return [...form.querySelectorAll("#filters select, #filters input")];
}

function keepFilters() {
  const value = (filter) => (filter.type !== "checkbox" || filter.checked ? filter.value : "");
  write(FILTERS, Object.fromEntries(filters().map((filter) => [filter.name, value(filter)])));
}

function swapDirection() {
  const direction = form?.elements.namedItem("source");
  if (!direction) return;
  const isChinese = direction.value ? direction.value === "zh" : /\p{Script=Han}/u.test(box.value);
  direction.value = isChinese ? "en" : "zh";
  direction.dispatchEvent(new Event("change", { bubbles: true }));
  tell(direction.selectedOptions[0].textContent);
}

// Keys

function hits() {
  return [...document.querySelectorAll("#hits a.open")];
}

function lineOf(element) {
  return element.closest(".hit, .near li");
}

function placeOfFocus() {
  return hits().findIndex((link) => lineOf(link).contains(document.activeElement));
}

function move(step) {
  const all = hits();
  const next = placeOfFocus() + step;
  if (next < 0) box?.focus();
  else if (next < all.length) all[next].focus();
}

// Who is quicker than the answer to the last letter has gone to a hit of the one before: the focus stays in its place.
let place = -1;
document.addEventListener("htmx:beforeSwap", () => { place = placeOfFocus(); });
document.addEventListener("htmx:afterSwap", () => { if (place >= 0) hits().at(Math.min(place, hits().length - 1))?.focus(); });

// The equivalent: of the hit that has the focus, else of the entry beside the text, else of the first hit or the concept.
function copyCurrent() {
  const shown = entry?.querySelector(".entry");
  const where = lineOf(document.activeElement) ?? shown ?? document.querySelector(".hit") ?? document;
  const read = shown && shownFor?.closest("[lang]").lang.startsWith("en") ? "zh" : "en";
  const button = where === shown ? where.querySelector(`[data-copy]:lang(${read})`) : where.querySelector("[data-equivalent]");
  (button ?? where.querySelector("[data-copy]"))?.click();
}

function toBox() {
  box?.focus();
  box?.select();
}

// A page without a box leads to the one that has it.
const ANYWHERE = {
  "/": () => (box ? toBox() : location.assign(document.body.dataset.lookup)),
  "?": () => document.getElementById("keys").showModal(),
  c: copyCurrent,
  x: swapDirection,
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Escape: () => (entry?.querySelector(".entry") ? closeEntry() : toBox()),
};
const IN_BOX = {
  ArrowDown: () => move(1),
  Escape: () => {
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  },
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const target = event.target;
  const writing = target.matches("input, select, textarea");
  const onlyHere = ["ArrowDown", "ArrowUp"].includes(event.key) && (!form || !hits().length);
  const action = target === box ? IN_BOX[event.key] : writing || onlyHere ? undefined : ANYWHERE[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// The entry beside a text

let shownFor = null;

function showEntry(link) {
  shownFor?.classList.remove("current");
  if (link.matches(".t")) {
    shownFor = link;
    link.classList.add("current");
  }
  htmx.ajax("GET", link.href, { target: entry, swap: "innerHTML" });
}

function closeEntry() {
  entry.replaceChildren();
  shownFor?.classList.remove("current");
  shownFor?.focus();
}

document.addEventListener("click", (event) => {
  const one = (selector) => event.target.closest(selector);
  if (one("[data-copy]")) copy(one("[data-copy]").dataset.copy);
  else if (one("[data-copy-from]")) copyFrom(one("[data-copy-from]").dataset.copyFrom);
  else if (one("[data-keys-open]")) ANYWHERE["?"]();
  else if (one("[data-forget]")) {
    write(RECENT, []);
    showRecent();
    toBox();
  } else if (one("[data-close-entry]")) closeEntry();
  else if (one(".hit a.open")) remember();
  else if (entry && one("a.t, a.beside") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    showEntry(one("a.t, a.beside"));
  }
});

// On a pasted text the pointer need only rest on a term; in a long document that would be restless.
const RESTED_MS = { focusin: 200, mouseover: 350 };
let waiting;

function whenRested(event) {
  clearTimeout(waiting);
  const wanted = event.type === "focusin" ? "a.t:focus-visible" : "[data-hover] a.t";
  if (entry && event.target.matches(wanted) && event.target !== shownFor) {
    waiting = setTimeout(() => showEntry(event.target), RESTED_MS[event.type]);
  }
}

document.addEventListener("focusin", whenRested);
document.addEventListener("mouseover", whenRested);

// What the server cannot answer is said; a page that is left standing would look like the answer.

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => tell(document.body.dataset.noAnswer));
}

// A choice of order or of density takes effect at once; without this file there is a button for it.

document.addEventListener("change", (event) => event.target.closest("[data-at-once]")?.form.requestSubmit());

// A file dropped on the form is sent at once, and so is one that is chosen.

const paste = document.getElementById("paste");
if (paste) {
  const file = paste.elements.namedItem("file");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    paste.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      paste.classList.toggle("over", kind === "dragover");
      if (kind === "drop") {
        file.files = event.dataTransfer.files;
        paste.requestSubmit();
      }
    });
  }
  file.addEventListener("change", () => paste.requestSubmit());
}

// While an input method is composing, what stands in the box is not yet the reader's word.

if (form) {
  let composing = false;
  let settled;
  box.addEventListener("compositionstart", () => { composing = true; });
  box.addEventListener("compositionend", () => {
    composing = false;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (composing) event.preventDefault(); });
  document.addEventListener("htmx:afterSettle", () => {
    clearTimeout(settled);
    settled = setTimeout(remember, SETTLED_MS);
  });
}

// Beside the text there is room for the contents; above it they would push it down.
document.querySelector(".contents details")?.toggleAttribute("open", matchMedia("(min-width: 70rem)").matches);
restoreFilters();
showRecent();
remember();
