// The request page: fields by keyboard, the page beside them, saving without waiting.

import { isTyping, singleKeysOn, t, tell, token } from "./desk.js";
import { drawCrop, Viewer } from "./viewer.js";

const panel = document.getElementById("panel");
const thumbs = [...document.querySelectorAll(".thumbs button[data-page]")];
const pages = new Map(thumbs.map((thumb) => [Number(thumb.dataset.page), {
  image: thumb.dataset.image || "", words: thumb.dataset.words, kind: thumb.dataset.kind, trouble: thumb.dataset.trouble,
  turned: Number(thumb.dataset.turned || 0), read: thumb.dataset.read, ready: thumb.dataset.ready,
}]));
const viewer = new Viewer(document.getElementById("viewer"), pages);
const pictures = new Map();

/** The field that page clicks fill: the one that was last in focus. */
let current = null;
let busy = 0;
let line = Promise.resolve();

// --- looking at the page ----------------------------------------------------------------------

const boxOf = (form) => (form?.dataset.box ? form.dataset.box.split(",").map(Number) : null);
const textOf = (form) => form?.querySelector("[name=text]");
const checks = () => [...panel.querySelectorAll("form.check")];

function picture(number) {
  if (!pictures.has(number)) {
    const image = new Image();
    image.src = pages.get(number)?.image || "";
    pictures.set(number, image.decode().then(() => image, () => null));
  }
  return pictures.get(number);
}

function mark() {
  const marks = [];
  const seen = new Set();
  for (const form of panel.querySelectorAll("form[data-box]:not([data-box=''])")) {
    if (Number(form.dataset.page) !== viewer.number) continue;
    const doubt = form.classList.contains("check");
    if (!doubt && seen.has(form.dataset.target)) continue;
    seen.add(form.dataset.target);
    marks.push({ box: boxOf(form), doubt });
  }
  viewer.setMarks(marks);
}

async function drawCrops() {
  for (const form of checks()) {
    const canvas = form.querySelector("canvas");
    const box = boxOf(form);
    if (!canvas || !box || !pages.get(Number(form.dataset.page))?.image) continue;
    const image = await picture(Number(form.dataset.page));
    if (image && canvas.isConnected) drawCrop(canvas, image, box);
  }
}

viewer.onPage = (number) => {
  for (const thumb of thumbs) {
    const here = Number(thumb.dataset.page) === number;
    if (here) thumb.setAttribute("aria-current", "page");
    else thumb.removeAttribute("aria-current");
    if (here) thumb.scrollIntoView({ block: "nearest" });
  }
  mark();
  getReady(number);
};

for (const thumb of thumbs) thumb.addEventListener("click", () => viewer.show(Number(thumb.dataset.page)));

function turnPage(by) {
  const numbers = [...pages.keys()];
  const at = numbers.indexOf(viewer.number) + by;
  if (at >= 0 && at < numbers.length) viewer.show(numbers[at]);
}

// --- words of the page into fields --------------------------------------------------------------

/** The form of the field at hand, as it stands in the panel now. */
const currentForm = () => current && panel.querySelector(`form[data-target="${CSS.escape(current.target)}"]${current.check ? ".check" : ""}`);

function fill(text) {
  const form = currentForm();
  const input = textOf(form);
  if (!input || input.readOnly || input.disabled || input.type === "hidden" || input.tagName === "SELECT") return null;
  input.value = text;
  relabel(form);
  input.focus();
  return form;
}

/** Have the place read again as the field's kind; what comes back stands in the field with its choices. */
async function readAgain(number, box) {
  const form = currentForm();
  const page = pages.get(number);
  if (!form || !page?.read) return;
  const typed = textOf(form)?.value;
  const body = new URLSearchParams({ target: form.dataset.target, box: box.map((edge) => edge.toFixed(4)).join(",") });
  panel.dataset.pollPaused = "1";
  let answer;
  try {
    answer = await fetch(page.read, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  } catch {
    return void tell(t("The desk cannot be reached. Try again."), { error: true });
  } finally {
    if (!busy) delete panel.dataset.pollPaused;
  }
  if (![200, 422].includes(answer.status)) return;
  const found = await answer.json();
  const now = currentForm();
  if (!now || now.dataset.target !== form.dataset.target || textOf(now)?.value !== typed) return;
  if (answer.status === 422) return void (typed || tell(found.told));
  if (!fill(found.text)) return;
  now.dataset.page = String(number);
  now.dataset.box = found.box.join(",");
  now.dataset.pointed = "1";
  viewer.focus(number, found.box);
  offerChoices(now, found);
  tell(`${t("Read again, as sure as")} ${found.percent} %`);
}

function offerChoices(form, found) {
  if (!form.classList.contains("check") || !found.choices.length) return;
  let group = form.querySelector(".choices");
  if (!group) {
    group = document.createElement("div");
    group.className = "choices";
    group.setAttribute("role", "group");
    form.append(group);
  }
  group.replaceChildren(...[{ shown: found.text, percent: found.percent }, ...found.choices].slice(0, 5).map((choice, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.choice = String(at + 1);
    button.dataset.value = choice.shown;
    const key = document.createElement("kbd");
    key.textContent = String(at + 1);
    const value = document.createElement("span");
    value.className = "mono";
    value.textContent = choice.shown;
    const sure = document.createElement("span");
    sure.className = "why-this";
    sure.textContent = `${choice.percent} %`;
    button.append(key, " ", value, " ", sure);
    return button;
  }));
}

viewer.onPoint = async ([x, y]) => {
  const inside = ([l, t, r, b]) => x >= l && x <= r && y >= t && y <= b;
  const hit = [...panel.querySelectorAll("form[data-box]:not([data-box=''])")].find(
    (form) => Number(form.dataset.page) === viewer.number && inside(boxOf(form)),
  );
  const isCurrent = hit && current && hit.dataset.target === current.target;
  if (hit && !isCurrent) return void (hit.classList.contains("check") ? hit : textOf(hit)).focus();
  const word = (await viewer.wordsHere()).find(([, box]) => inside(box));
  if (word && current && fill(word[0])) readAgain(viewer.number, word[1]);
};

viewer.onLasso = async (box) => {
  if (!current) return void tell(t("Go to a field first, then drag around its words."));
  const [l, t, r, b] = box;
  const middle = ([x0, y0, x1, y1]) => [(x0 + x1) / 2, (y0 + y1) / 2];
  const number = viewer.number;
  const found = (await viewer.wordsHere()).filter(([, place]) => {
    const [x, y] = middle(place);
    return x >= l && x <= r && y >= t && y <= b;
  });
  if (found.length && !fill(found.map(([text]) => text).join(" "))) return;
  readAgain(number, box);
};

/** Pages that were shown are made ready once, so that pointing at them is answered at once. */
const readied = new Set();
function getReady(number) {
  const page = pages.get(number);
  if (!page?.image || readied.has(number) || !panel.querySelector("[data-accept]")) return;
  readied.add(number);
  fetch(page.ready, { method: "POST", headers: { "X-CSRFToken": token(), "HX-Request": "true" } }).catch(() => readied.delete(number));
}

// --- the panel, swapped whole after each change ---------------------------------------------------

function keyOf(input) {
  const form = input.closest("form");
  return `${form?.dataset.target ?? form?.className}|${form?.classList.contains("check")}|${input.name}`;
}

function remember() {
  const kept = { typed: new Map(), scroll: {}, tab: panel.querySelector("[role=tab][aria-selected=true]")?.id };
  for (const input of panel.querySelectorAll("input[name], textarea[name]")) {
    if (input.value !== input.defaultValue && !input.closest(".saving")) kept.typed.set(keyOf(input), input.value);
  }
  for (const part of panel.querySelectorAll("[role=tabpanel]")) kept.scroll[part.id] = part.scrollTop;
  kept.open = [...panel.querySelectorAll("details[open]")].length > 0;
  const active = document.activeElement;
  if (panel.contains(active)) {
    const form = active.closest("form[data-target]");
    kept.focus = { id: active.id, target: form?.dataset.target, check: form?.classList.contains("check"), own: active === form, name: active.name };
    if (active.selectionStart != null) kept.focus.range = [active.selectionStart, active.selectionEnd];
  }
  return kept;
}

function restore(kept) {
  for (const input of panel.querySelectorAll("input[name], textarea[name]")) {
    const typed = kept.typed.get(keyOf(input));
    if (typed !== undefined) input.value = typed;
    if (typed !== undefined && input.closest(".check")) relabel(input.closest(".check"));
  }
  if (kept.tab) openTab(document.getElementById(kept.tab), false);
  for (const part of panel.querySelectorAll("[role=tabpanel]")) part.scrollTop = kept.scroll[part.id] || 0;
  if (kept.open) panel.querySelector("details")?.setAttribute("open", "");
  const { focus } = kept;
  if (!focus) return;
  const forms = [...panel.querySelectorAll("form[data-target]")].filter((form) => form.dataset.target === focus.target);
  const form = forms.find((found) => found.classList.contains("check") === Boolean(focus.check)) || forms[0];
  const element = focus.own ? form : (form && focus.name && form.querySelector(`[name="${focus.name}"]`)) || (focus.id && document.getElementById(focus.id));
  if (!element) return;
  element.focus({ preventScroll: Boolean(!focus.check) });
  if (focus.range && element.setSelectionRange && element.type !== "search") element.setSelectionRange(...focus.range);
}

function swap(html) {
  const kept = remember();
  window.htmx.swap("#panel", html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  restore(kept);
  dress();
}

/** Say on each thumbnail how many of its values are still in doubt. */
function countDoubts() {
  const doubts = new Map();
  for (const form of checks()) doubts.set(form.dataset.page, (doubts.get(form.dataset.page) || 0) + 1);
  for (const thumb of thumbs) {
    const many = doubts.get(thumb.dataset.page) || 0;
    thumb.querySelector("b").textContent = many ? `${many}?` : "";
    thumb.querySelector(".say").textContent = `${t("Page")} ${thumb.dataset.page}, ${thumb.dataset.kind}${many ? `, ${many} ${t("in doubt")}` : ""}`;
  }
}

function dress() {
  mark();
  drawCrops();
  countDoubts();
  const told = document.getElementById("panel-state")?.dataset.told;
  if (told) tell(told);
}

panel.addEventListener("inlet:fresh", (event) => {
  event.preventDefault();
  if (!busy) swap(event.detail.html);
});

// --- looking up while typing ------------------------------------------------------------------------

const offers = document.getElementById("offers");
let asked = 0;

async function offer(input) {
  const ask = ++asked;
  const address = document.querySelector(".work").dataset.lookUp.replace("KIND", input.dataset.kind);
  const answer = await fetch(`${address}?q=${encodeURIComponent(input.value)}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok || ask !== asked) return;
  const found = (await answer.json()).offers;
  offers.replaceChildren(...found.map(([value, words]) => new Option(`${value} ${words}`, value)));
}

// --- saving ----------------------------------------------------------------------------------------

/** Send one change after those before it; the panel that comes back shows what follows from it. */
function send(address, values) {
  busy += 1;
  panel.dataset.pollPaused = "1";
  line = line.then(async () => {
    const state = document.getElementById("panel-state");
    const body = new URLSearchParams({ ...values, revision: state.dataset.revision });
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
    } catch {
      tell(t("The desk cannot be reached. Nothing was saved; try again."), { error: true });
      return null;
    }
    if (answer.status === 401) {
      tell(t("You were signed out. Sign in again in another tab, then save once more."), { error: true, stay: true });
      return null;
    }
    if (![200, 409, 422].includes(answer.status)) {
      tell(t("That was not saved. Load the page again."), { error: true });
      return null;
    }
    swap(await answer.text());
    return answer.status;
  }).finally(() => {
    busy -= 1;
    if (!busy) delete panel.dataset.pollPaused;
    for (const form of panel.querySelectorAll(".saving")) form.classList.remove("saving");
  });
  return line;
}

async function save(form, extra = {}) {
  const input = textOf(form);
  form.classList.add("saving");
  const place = form.dataset.pointed ? { page: form.dataset.page, box: form.dataset.box } : {};
  const status = await send(panel.dataset.correct, { target: form.dataset.target, text: input.value.trim(), ...place, ...extra });
  if (status && status !== 200) focusRefusal();
  return status;
}

function focusRefusal() {
  const input = document.getElementById("again-text");
  if (!input) return;
  input.closest("section").scrollIntoView({ block: "nearest" });
  const reason = document.getElementById("again-reason");
  (reason && !reason.value ? input : input).focus();
  input.select();
}

async function accept(form) {
  const all = checks();
  const at = all.indexOf(form);
  const next = all[at + 1] || all.find((other) => other !== form);
  if (next) goTo(next);
  const status = await save(form);
  if (status === 200 && !next) {
    document.getElementById("values").scrollTop = 0;
    document.getElementById("release")?.focus();
  }
}

async function release() {
  const button = document.getElementById("release");
  if (!button || button.disabled) return void tell(document.getElementById("release-why")?.textContent || t("There is nothing to release."));
  button.disabled = true;
  const status = await send(panel.dataset.release, {});
  if (status === 200) panel.querySelector(".foot a.button")?.focus();
}

// --- fields ----------------------------------------------------------------------------------------

function goTo(form) {
  form.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function relabel(form) {
  const button = form?.querySelector("[data-accept]");
  const input = textOf(form);
  if (!button || input.type === "hidden") return;
  const read = form.dataset.read;
  button.textContent = `${!input.value.trim() ? t("Not on the page") : input.value === read ? t("Accept") : t("Save")} ↵`;
  for (const choice of form.querySelectorAll("[data-choice]")) choice.setAttribute("aria-pressed", String(choice.dataset.value === input.value));
}

function pick(form, number) {
  const choice = form.querySelector(`[data-choice="${number}"]`);
  if (!choice) return false;
  textOf(form).value = choice.dataset.value;
  relabel(form);
  return true;
}

function openTab(tab, focus = true) {
  if (!tab) return;
  for (const other of panel.querySelectorAll("[role=tab]")) {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !on;
  }
  if (focus) tab.focus();
}

panel.addEventListener("focusin", (event) => {
  const form = event.target.closest("form[data-target]");
  if (!form) return;
  current = { target: form.dataset.target, check: form.classList.contains("check") };
  const box = boxOf(form);
  if (box && form.dataset.page) viewer.focus(Number(form.dataset.page), box);
  else if (form.dataset.page) viewer.show(Number(form.dataset.page));
  if (event.target === form && form.classList.contains("check")) form.scrollIntoView({ block: "nearest" });
});

panel.addEventListener("focusout", (event) => {
  const form = event.target.closest("form.row");
  const input = event.target;
  if (form && input.name === "text" && !form.classList.contains("saving") && input.tagName !== "SELECT" && input.value !== input.defaultValue) save(form);
});

panel.addEventListener("change", (event) => {
  const form = event.target.closest("form.row");
  if (form && event.target.tagName === "SELECT") save(form);
});

panel.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (event.target.dataset.kind) offer(event.target);
  if (form?.classList.contains("check")) relabel(form);
  if (form?.classList.contains("row")) form.classList.toggle("changed", event.target.value !== event.target.defaultValue);
});

panel.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.classList.contains("check")) accept(form);
  else if (form.classList.contains("row")) leaveRow(form);
  else if (form.dataset.post) send(form.dataset.post, Object.fromEntries(new FormData(form)));
  else if (form.classList.contains("again")) save(form, { reason: form.elements.reason?.value || "" });
  else if (form.classList.contains("add") && textOf(form).value.trim()) {
    const text = textOf(form).value.trim();
    textOf(form).value = "";
    form.classList.add("saving");
    send(panel.dataset.correct, { target: form.dataset.target, text }).then((status) => status !== 200 && focusRefusal());
  }
});

/** Enter in a row: save it if it changed, and go on to the next value. */
function leaveRow(form) {
  const input = textOf(form);
  const rows = [...panel.querySelectorAll("form.row")];
  const next = rows[rows.indexOf(form) + 1];
  if (input.value !== input.defaultValue) save(form);
  textOf(next)?.focus();
}

panel.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-choice]");
  if (choice) {
    const form = choice.closest("form");
    pick(form, choice.dataset.choice);
    form.focus();
    return;
  }
  const drop = event.target.closest("[data-drop]");
  if (drop) return void send(panel.dataset.remove, { target: drop.dataset.drop });
  if (event.target.closest("#release")) return void release();
  const claim = event.target.closest("[data-claim]");
  if (claim) return void send(claim.dataset.claim, {});
  if (event.target.closest("[data-dismiss]")) return void document.getElementById("refusal")?.remove();
  const tab = event.target.closest("[role=tab]");
  if (tab) return openTab(tab);
  const form = event.target.closest("form.check");
  if (form && !event.target.closest("input, select, button, label")) form.focus();
});

// --- the keyboard ------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.activeElement?.blur?.();
    return void release();
  }
  const form = event.target.closest?.("form.check");
  if (form && inCheck(event, form)) return void event.preventDefault();
  if (event.target.matches?.("[role=tab]") && inTabs(event)) return void event.preventDefault();
  if (event.key === "Escape") return leave(event);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
  if (single(event.key)) event.preventDefault();
});

function inCheck(event, form) {
  const own = event.target === form;
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1] || (/^[1-9]$/.test(event.key) ? event.key : null);
  if (own && event.key === "Enter" && textOf(form) && !textOf(form).readOnly && !textOf(form).disabled) return accept(form), true;
  if (digit && (event.altKey || (own && !event.ctrlKey && !event.metaKey))) return pick(form, digit);
  if (own && event.key === "F2") return textOf(form)?.focus(), textOf(form)?.select?.(), true;
  if (own && event.key === "ArrowDown") return goTo(checks()[checks().indexOf(form) + 1] || form), true;
  if (own && event.key === "ArrowUp") return goTo(checks()[checks().indexOf(form) - 1] || form), true;
  if (!own && event.key === "Escape") {
    const input = textOf(form);
    if (input.tagName !== "SELECT") input.value = input.defaultValue;
    relabel(form);
    form.focus();
    return true;
  }
  return false;
}

function inTabs(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return false;
  const tabs = [...panel.querySelectorAll("[role=tab]")];
  openTab(tabs[(tabs.indexOf(event.target) + by + tabs.length) % tabs.length]);
  return true;
}

function leave(event) {
  const row = event.target.closest?.("form.row");
  event.preventDefault();
  if (row) {
    const input = textOf(row);
    if (input.tagName !== "SELECT") input.value = input.defaultValue;
    row.classList.remove("changed");
  }
  if (panel.contains(event.target) || isTyping(event.target)) return event.target.blur();
  location.assign(panel.dataset.queue);
}

function single(key) {
  const acts = {
    n: () => turnPage(1),
    p: () => turnPage(-1),
    PageDown: () => turnPage(1),
    PageUp: () => turnPage(-1),
    "+": () => viewer.act("in"),
    "=": () => viewer.act("in"),
    "-": () => viewer.act("out"),
    w: () => viewer.act("width"),
    h: () => viewer.act("whole"),
    f: () => viewer.act("field"),
    o: () => viewer.act("turn"),
    c: () => (checks()[0] ? goTo(checks()[0]) : document.getElementById("release")?.focus()),
    x: () => location.assign(panel.dataset.next),
    g: () => document.getElementById("arrange")?.click(),
  };
  acts[key]?.();
  return key in acts;
}

// --- begin -------------------------------------------------------------------------------------------

const first = checks()[0];
const start = Number(first?.dataset.page) || [...pages.keys()][0];
if (start) viewer.show(start);
dress();
if (first) goTo(first);
