// Arranging pages: choosing by keyboard, dragging between lanes, order by Alt and arrows.

import { isTyping, singleKeysOn, t, tell } from "./desk.js";

const tiles = (lane) => [...lane.querySelectorAll(".tile-of-page")];
const boxOf = (tile) => tile.querySelector("input[name=page]");

/** Submit a lane's form as if the button `act` had been pressed, with `pages` chosen. */
function press(lane, act, pages, into = "") {
  for (const tile of tiles(lane)) boxOf(tile).checked = pages.includes(tile.dataset.page);
  if (into) lane.elements.into.value = into;
  lane.requestSubmit(lane.querySelector(`button[value="${act}"]`));
}

function chosenIn(lane) {
  return tiles(lane).filter((tile) => boxOf(tile).checked).map((tile) => tile.dataset.page);
}

/** Save the order in which a lane's tiles stand now. */
function saveOrder(lane) {
  press(lane, "order", tiles(lane).map((tile) => tile.dataset.page));
}

document.addEventListener("submit", (event) => {
  const lane = event.target;
  const act = event.submitter?.value;
  if (!lane.matches("form.lane") || ["order", "merge", "undo"].includes(act)) return;
  if (chosenIn(lane).length) return;
  event.preventDefault();
  tell(t("Choose at least one page first."), { error: true });
});

// --- the keyboard -------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && !isTyping(event.target)) return void document.getElementById("leave").click();
  const tile = event.target.closest?.(".tile-of-page");
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (tile && by) {
    event.preventDefault();
    return event.altKey ? carry(tile, by) : walk(tile, by);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return;
  if (event.key === "z") return void document.querySelector("#undo button:not(:disabled)")?.click();
  const lane = event.target.closest?.("form.lane") || document.querySelector("form.lane:has(input:checked)");
  const button = lane?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  if (event.key === "m" && !lane.elements.into.value) return void lane.elements.into.focus();
  if (tile && !chosenIn(lane).length) boxOf(tile).checked = true;
  lane.requestSubmit(button);
});

function walk(tile, by) {
  const all = [...document.querySelectorAll(".tile-of-page")];
  const next = all[all.indexOf(tile) + by];
  if (next) boxOf(next).focus();
}

/** Put a tile one place earlier or later in its lane; saved when the keys rest for a moment. */
let resting = 0;
function carry(tile, by) {
  const lane = tile.closest("form.lane");
  const other = by > 0 ? tile.nextElementSibling : tile.previousElementSibling;
  if (!other || lane.dataset.closed) return;
  if (by > 0) other.after(tile);
  else other.before(tile);
  boxOf(tile).focus();
  clearTimeout(resting);
  resting = setTimeout(() => saveOrder(lane), 700);
}

// --- dragging -----------------------------------------------------------------------------------

let dragged = null;

document.addEventListener("dragstart", (event) => {
  const tile = event.target.closest?.(".tile-of-page[draggable]");
  if (!tile) return;
  dragged = tile;
  tile.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", tile.dataset.page);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  unmark();
});

function unmark() {
  for (const marked of document.querySelectorAll(".lane.over, .tile-of-page.before")) marked.classList.remove("over", "before");
}

document.addEventListener("dragover", (event) => {
  const lane = event.target.closest?.(".lane[data-lane]");
  if (!dragged || !lane || lane.dataset.closed) return;
  event.preventDefault();
  unmark();
  const home = dragged.closest(".lane");
  const tile = event.target.closest(".tile-of-page");
  if (lane === home && tile && tile !== dragged) tile.classList.add("before");
  else if (lane !== home) lane.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const lane = event.target.closest?.(".lane[data-lane]");
  if (!dragged || !lane || lane.dataset.closed) return;
  event.preventDefault();
  const home = dragged.closest("form.lane");
  const chosen = chosenIn(home);
  const pages = chosen.includes(dragged.dataset.page) ? chosen : [dragged.dataset.page];
  if (lane === home) {
    const tile = event.target.closest(".tile-of-page");
    if (!tile || tile === dragged) return;
    tile.before(dragged);
    return saveOrder(home);
  }
  if (!lane.dataset.lane) return press(home, "split", pages);
  const all = tiles(home).filter((tile) => !tile.classList.contains("aside")).length;
  return press(home, pages.length >= all ? "merge" : "move", pages, lane.dataset.lane);
});

document.querySelector(".tile-of-page input")?.focus();
