// Editing an entry. Every text is the server's: what helps comes as pieces of a page. Without this script the form is
// the same form, with empty rows to write in and pages of their own for examples and the preview.
const form = document.getElementById("concept_form");
const entry = document.querySelector(".entry");
const later = (milliseconds, act) => {
  let waiting;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => act(...given), milliseconds);
  };
};
const numbered = new WeakMap();
// Of several questions for one place the last alone is answered.
const piece = async (place, address, options = {}) => {
  const number = (numbered.get(place) ?? 0) + 1;
  numbered.set(place, number);
  const answer = await fetch(address, { credentials: "same-origin", ...options, headers: { "X-Fragment": "1", ...options.headers } });
  const text = await answer.text();
  return numbered.get(place) === number ? { status: answer.status, text } : null;
};
const show = (elements) => elements.forEach((element) => { element.hidden = false; });

// Nothing that was typed is lost by leaving.
let typed = false;
const unsaved = (event) => { if (typed) event.preventDefault(); };
const watch = () => {
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", (event) => { if (event.submitter?.formTarget !== "_blank") typed = false; });
  addEventListener("beforeunload", unsaved);
  typed = Boolean(document.querySelector(".conflict, .errornote"));
};

// A term as it is typed: reading, Traditional form, where its source leads, what it may double.
const aid = later(300, async (card) => {
  const field = (name) => card.querySelector(`[name$="-${name}"]`);
  const [text, reading] = [field("text"), field("reading")];
  const asked = new URLSearchParams({
    text: text.value, language: field("language").value, source: field("source").value, concept: entry.dataset.concept,
  });
  const answer = await piece(card, `${entry.dataset.aid}?${asked}`);
  if (answer?.status !== 200) return;
  const place = card.querySelector(".aid");
  place.innerHTML = answer.text;
  const guess = text.value === text.defaultValue && text.value ? reading.defaultValue : place.querySelector(".reading").value;
  // A reading that somebody has typed is theirs.
  if ([reading.defaultValue, reading.dataset.guess, ""].includes(reading.value)) reading.value = guess;
  reading.dataset.guess = guess;
});

// What readers will see: the form is sent, the page comes back, nothing is saved.
const frame = entry?.querySelector("iframe");
const state = entry?.querySelector("aside .state");
const told = (text) => { state.textContent = text; state.hidden = !text; };
const paint = (page) => {
  const content = page.querySelector("article.concept") ?? page.querySelector("main");
  const there = frame.contentDocument;
  if (!there.querySelector("main")) {
    there.documentElement.lang = page.documentElement.lang;
    const link = Object.assign(there.createElement("link"), { rel: "stylesheet", href: frame.dataset.style });
    const scheme = Object.assign(there.createElement("meta"), { name: "color-scheme", content: "light dark" });
    const base = Object.assign(there.createElement("base"), { target: "_blank" });
    there.head.append(base, scheme, link);
    there.body.append(there.createElement("main"));
  }
  there.querySelector("main").replaceChildren(there.adoptNode(content));
};
// A new entry in which nothing is written looks like nothing.
const isBlank = () => !entry.dataset.concept && [...form.querySelectorAll('.term [name$="-text"]')].every((text) => !text.value.trim());
const preview = async () => {
  if (!frame || !document.getElementById("preview").open) return;
  if (isBlank()) { frame.hidden = true; return; }
  const answer = await piece(frame, frame.dataset.preview, { method: "POST", body: new FormData(form) }).catch(() => ({}));
  if (!answer) return;
  if (answer.status !== 200) { told(frame.dataset.fails); return; }
  const page = new DOMParser().parseFromString(answer.text, "text/html");
  const problems = page.querySelector(".problems");
  told(problems ? `${frame.dataset.waits} ${problems.textContent.trim()}` : "");
  if (problems) return;
  frame.hidden = false;
  paint(page);
};
const previewSoon = later(600, preview);

// Another row, made of the empty one that came with the page.
const add = (prefix, language = "") => {
  const template = form.querySelector(`template[data-row="${prefix}"]`);
  const total = form.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const made = template.content.cloneNode(true).firstElementChild;
  made.innerHTML = made.innerHTML.replaceAll("__prefix__", total.value);
  total.value = Number(total.value) + 1;
  const side = language ? form.querySelector(`.side[data-language="${language}"]`) : template.parentElement;
  // The first in a language is the one to use.
  if (language && !side.querySelector(".term")) made.querySelector('[name$="-administrative_status"]').value = "preferred";
  side.insertBefore(made, side.querySelector("[data-add]").parentElement);
  if (language) made.querySelector('[name$="-language"]').value = language;
  show(made.querySelectorAll(".scripted"));
  made.querySelectorAll("input[data-find]").forEach(combo);
  made.querySelector('[name$="-text"], [name$="-target"], select').focus();
  made.scrollIntoView({ block: "nearest" });
  return made;
};
// A new row in which nothing is typed is none.
const leaveOut = (row) => {
  row.querySelectorAll("input:not([type=hidden]), textarea").forEach((field) => { field.value = ""; });
  row.hidden = true;
  previewSoon();
};

// A box to find a concept: by key or any term, with arrows and Enter.
let boxes = 0;
const combo = (box) => {
  if (box.list_) return;
  const list = document.createElement("ul");
  list.id = `found-${(boxes += 1)}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  box.list_ = list;
  box.closest(".combo").append(list);
  const set = (name, value) => box.setAttribute(`aria-${name}`, value);
  box.setAttribute("role", "combobox");
  set("autocomplete", "list");
  set("controls", list.id);
  set("expanded", "false");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => { list.hidden = true; set("expanded", "false"); box.removeAttribute("aria-activedescendant"); };
  const choose = (option) => {
    if (box.dataset.find === "open") { location.href = option.dataset.href; return; }
    box.value = option.dataset.key;
    const named = box.closest(".combo").querySelector(".named");
    if (named) named.innerHTML = option.querySelector(".names").innerHTML;
    close();
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const select = (step) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = all[(at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length];
    all.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
    if (!next) return;
    set("activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };
  const find = later(200, async () => {
    if (!box.value.trim()) { close(); return; }
    const asked = new URLSearchParams({ q: box.value, concept: entry.dataset.concept });
    const answer = await piece(box, `${entry.dataset.find}?${asked}`);
    if (answer?.status !== 200 || document.activeElement !== box) return;
    list.innerHTML = answer.text;
    options().forEach((option, number) => { option.id = `${list.id}-${number}`; });
    list.hidden = false;
    set("expanded", "true");
    select(1);
  });
  box.addEventListener("input", find);
  box.addEventListener("blur", () => setTimeout(close, 200));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey) return;
    if (list.hidden) { if (event.key === "Enter") event.preventDefault(); return; }
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) select(steps[event.key]);
    else if (event.key === "Enter") { const chosen = list.querySelector("[aria-selected=true]"); if (chosen) choose(chosen); }
    else if (event.key === "Escape") { close(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { event.preventDefault(); choose(option); }
  });
};

// Examples, in a window of their own over the page.
const examples = document.getElementById("examples");
const open = async (address, options) => {
  const answer = await piece(examples, address, options);
  if (!answer) return;
  examples.innerHTML = answer.text;
  if (!examples.open) examples.showModal();
  examples.querySelector("[autofocus]")?.focus();
  if (options?.method === "POST") preview();
};
const submitInside = (event) => {
  event.preventDefault();
  const inside = event.target;
  const data = new FormData(inside, event.submitter);
  if (inside.method === "post") open(inside.getAttribute("action"), { method: "POST", body: data });
  else open(`${inside.getAttribute("action")}?${new URLSearchParams(data)}`);
};

const press = (name) => {
  const button = document.querySelector(`button[form="${form.id}"][name="${name}"]`);
  if (button) form.requestSubmit(button);
};
const card = () => document.activeElement?.closest(".term");
let before;
const toPreview = () => {
  const summary = document.querySelector("#preview summary");
  if (document.activeElement === summary) before?.focus();
  else { before = document.activeElement; summary?.focus(); summary?.scrollIntoView({ block: "nearest" }); }
};
// A term that is not saved has no examples yet: that is said where they would be offered.
const toExamples = () => {
  const term = card();
  const link = term?.querySelector("[data-examples]");
  if (link) { open(link.href); return; }
  const notYet = term?.querySelector("[data-no-examples]");
  if (notYet) notYet.hidden = false;
};
const dialog = (name) => { const box = document.getElementById(name); if (!box.open) box.showModal(); };
const inField = (element) => element?.matches("input, textarea, select, [contenteditable]");
const KEYS = {
  "ctrl+KeyS": () => press("_continue"),
  "ctrl+Enter": () => press("_next"),
  "ctrl+shift+Enter": () => press("_approve"),
  "alt+KeyN": () => add("terms", document.activeElement?.closest(".side")?.dataset.language ?? form.querySelector(".side").dataset.language),
  "alt+KeyX": toExamples,
  "alt+KeyP": toPreview,
  "alt+KeyG": () => dialog("go"),
};
const onKey = (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const ctrl = event.ctrlKey || event.metaKey;
  const name = [ctrl && "ctrl", event.altKey && "alt", event.shiftKey && "shift", event.code.replace("NumpadEnter", "Enter")].filter(Boolean).join("+");
  if (KEYS[name]) { event.preventDefault(); KEYS[name](); return; }
  if (ctrl || event.altKey) return;
  if (event.key === "Escape" && inField(document.activeElement)) document.activeElement.blur();
  if (inField(document.activeElement)) return;
  if (event.key === "?") { event.preventDefault(); dialog("keys"); }
  if (event.key === "/") { event.preventDefault(); dialog("go"); }
};

const onClick = (event) => {
  const at = (selector) => event.target.closest(selector);
  const adding = at("[data-add]");
  if (adding) add(adding.dataset.add, adding.dataset.language);
  else if (at("[data-remove]")) leaveOut(at(".term"));
  else if (at("[data-open]")) dialog(at("[data-open]").dataset.open);
  else if (at("a[data-examples]") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(at("a[data-examples]").href); }
};

if (form && entry && document.querySelector("[data-add]")) {
  watch();
  show(document.querySelectorAll(".scripted"));
  document.querySelectorAll("input[data-find]").forEach(combo);
  addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  examples.addEventListener("submit", submitInside);
  // In a search box the key would empty the box first.
  examples.addEventListener("keydown", (event) => { if (event.key === "Escape") examples.close(); });
  const changed = (event) => {
    const row = event.target.closest(".term");
    if (row && event.target.matches('[name$="-text"], [name$="-source"], [name$="-language"]')) aid(row);
    previewSoon();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.getElementById("preview")?.addEventListener("toggle", preview);
  // The admin's pages are hidden until Alpine has started.
  const begin = () => {
    if (isBlank() && !form.querySelector(".term")) {
      form.querySelectorAll(".side").forEach((side) => add("terms", side.dataset.language));
      form.querySelector('.term [name$="-text"]').focus();
    }
    form.querySelector("[aria-invalid=true]")?.focus();
    form.querySelectorAll('.term[data-term=""]').forEach((row) => { if (row.querySelector('[name$="-text"]').value) aid(row); });
    preview();
  };
  addEventListener("load", begin);
}
