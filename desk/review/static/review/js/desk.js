// Every page: shortcuts, refreshing by polling, rows by keyboard, the end of a session.

const POLL_HEADER = "X-Inlet-Poll";
const ASK_BEFORE_SECONDS = 120;

/** The words of the scripts in the language of whoever looks; English where there are none. */
const translated = JSON.parse(document.body.dataset.words || "{}");
export const t = (english) => translated[english] || english;

/** The token that changes need, as the browser's cookie has it now: a sign-in in another tab made a new one. */
export function token() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

/** Say something at the edge of the page; gives the element so that it can be taken away again. */
export function tell(words, { error = false, stay = false, action = null } = {}) {
  const note = document.createElement("p");
  note.className = error ? "note error" : "note";
  note.textContent = words;
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = action.words;
    button.addEventListener("click", action.run);
    note.append(" ", button);
  }
  document.getElementById("notes")?.append(note);
  if (!stay) setTimeout(() => note.remove(), 6000);
  return note;
}

/** Whether the person is typing, so that letters are letters. */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]), select, textarea"));
}

/** Whether single keys are shortcuts: off for people whose software types letters for them. */
export function singleKeysOn() {
  return localStorage.getItem("inlet.single-keys") !== "off";
}

// --- refreshing -------------------------------------------------------------------------------

/** Refresh an element from its data-poll address while the page is in sight. */
function keepFresh(element) {
  const every = Number(element.dataset.pollSeconds || 5) * 1000;
  let tag = "";
  let lost = null;
  async function look() {
    if (document.hidden || element.dataset.pollPaused) return;
    let answer;
    try {
      answer = await fetch(element.dataset.poll, { headers: { [POLL_HEADER]: "1", ...(tag && { "If-None-Match": tag }) } });
    } catch {
      lost ??= tell(t("The desk cannot be reached; what you see may be old."), { error: true, stay: true });
      return;
    }
    lost?.remove();
    lost = null;
    if (answer.status === 401) return lock();
    unlock();
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") || "";
    const html = await answer.text();
    if (element.dataset.pollPaused) return;
    const fresh = new CustomEvent("inlet:fresh", { detail: { html }, cancelable: true });
    if (element.dispatchEvent(fresh)) swapRows(element, html);
  }
  setInterval(look, every);
  document.addEventListener("visibilitychange", look);
}

function swapRows(element, html) {
  const chosen = element.querySelector("tr.chosen")?.dataset.row;
  const focused = document.activeElement?.closest?.("tr[data-row]")?.dataset.row;
  element.innerHTML = html;
  if (chosen) choose(element.querySelector(`tr[data-row="${CSS.escape(chosen)}"]`), focused === chosen);
}

// --- rows by keyboard -------------------------------------------------------------------------

function choose(row, focus = true) {
  if (!row) return;
  for (const other of document.querySelectorAll("tr.chosen")) other.classList.remove("chosen");
  row.classList.add("chosen");
  if (focus) row.querySelector("a")?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const rows = [...document.querySelectorAll("table[data-rows] tbody tr")];
  const at = rows.findIndex((row) => row.classList.contains("chosen"));
  choose(rows[Math.min(rows.length - 1, Math.max(0, at + by))]);
}

document.addEventListener("dblclick", (event) => {
  const row = event.target.closest?.("table[data-rows] tbody tr");
  if (row) row.querySelector("a")?.click();
});

// --- shortcuts --------------------------------------------------------------------------------

const help = document.getElementById("help");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (help?.open || !singleKeysOn()) return;
  if (event.key === "?") help.showModal();
  else if (event.key === "/") document.getElementById("find")?.focus();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-help]")) help?.showModal();
  const menu = document.querySelector("details.who[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

const single = document.getElementById("single-keys");
if (single) {
  single.checked = singleKeysOn();
  single.addEventListener("change", () => localStorage.setItem("inlet.single-keys", single.checked ? "on" : "off"));
}

// --- the end of a session ---------------------------------------------------------------------

let cover = null;
/** Cover the page when the session has ended; what was typed stays underneath until sign-in. */
function lock() {
  if (cover) return;
  cover = document.createElement("dialog");
  const words = document.createElement("p");
  words.textContent = t("You were signed out because nothing happened for a while. What you typed is still here.");
  const door = document.createElement("a");
  door.href = "/sign-in/?next=/still-here/";
  door.target = "_blank";
  door.className = "button";
  door.textContent = t("Sign in again");
  cover.append(words, door);
  cover.className = "locked";
  cover.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(cover);
  cover.showModal();
}
function unlock() {
  if (cover) for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token();
  cover?.remove();
  cover = null;
}

const minutes = Number(document.body.dataset.sessionMinutes || 0);
if (minutes) {
  let acted = Date.now();
  let told = Date.now();
  let warning = null;
  const here = async () => {
    told = acted = Date.now();
    warning?.remove();
    warning = null;
    const answer = await fetch("/still-here/", { headers: { "HX-Request": "true" } });
    if (answer.status === 401) lock();
  };
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    document.addEventListener(kind, () => (acted = Date.now()), { passive: true, capture: true });
  }
  setInterval(() => {
    if (acted > told && Date.now() - told > 60_000) return void here();
    const left = minutes * 60 - (Date.now() - told) / 1000;
    if (left < ASK_BEFORE_SECONDS && left > 0 && !warning) {
      warning = tell(t("You will be signed out in two minutes."), { stay: true, action: { words: t("Stay signed in"), run: here } });
    }
  }, 5000);
}

for (const element of document.querySelectorAll("[data-poll]")) keepFresh(element);
for (const note of document.querySelectorAll("#notes .note")) setTimeout(() => note.remove(), 8000);
