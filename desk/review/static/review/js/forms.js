// Zones of a known form: drawn over the blank, moved and sized by mouse and arrow keys, kept in the table's inputs.
import { t } from "./desk.js";

const EDGES = ["left", "top", "right", "bottom"];
const STEP = 0.001;
const CORNER = 0.012;

function inputs(row) {
  return EDGES.map((edge) => row.querySelector(`[name="${row.dataset.zone}-${edge}"]`));
}

function box(row) {
  return inputs(row).map((input) => Number(input.value));
}

function write(row, rect, [left, top, right, bottom]) {
  const wide = Math.max(0.004, right - left);
  const high = Math.max(0.004, bottom - top);
  const x = Math.min(Math.max(0, left), 1 - wide);
  const y = Math.min(Math.max(0, top), 1 - high);
  [x, y, x + wide, y + high].forEach((value, place) => {
    inputs(row)[place].value = value.toFixed(4);
  });
  draw(row, rect);
}

function draw(row, rect) {
  const [left, top, right, bottom] = box(row);
  rect.setAttribute("x", left);
  rect.setAttribute("y", top);
  rect.setAttribute("width", Math.max(0, right - left));
  rect.setAttribute("height", Math.max(0, bottom - top));
}

function changed(start, dx, dy, sizing) {
  const [left, top, right, bottom] = start;
  return sizing ? [left, top, right + dx, bottom + dy] : [left + dx, top + dy, right + dx, bottom + dy];
}

function follow(row, rect, svg) {
  rect.addEventListener("pointerdown", (event) => {
    const start = box(row);
    const page = svg.getBoundingClientRect();
    const at = [event.clientX, event.clientY];
    const place = [(event.clientX - page.left) / page.width, (event.clientY - page.top) / page.height];
    const sizing = start[2] - place[0] < CORNER && start[3] - place[1] < CORNER;
    rect.setPointerCapture(event.pointerId);
    rect.focus();
    const move = (to) => {
      write(row, rect, changed(start, (to.clientX - at[0]) / page.width, (to.clientY - at[1]) / page.height, sizing));
    };
    rect.addEventListener("pointermove", move);
    rect.addEventListener("pointerup", () => rect.removeEventListener("pointermove", move), { once: true });
  });
  rect.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    if (!(event.key in ways)) return;
    event.preventDefault();
    write(row, rect, changed(box(row), ...ways[event.key], event.shiftKey));
  });
}

for (const blank of document.querySelectorAll(".blank")) {
  const svg = blank.querySelector("svg");
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `${t("Zones of page")} ${blank.dataset.page}`);
  for (const row of blank.parentElement.querySelectorAll("[data-zone]")) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("tabindex", "0");
    rect.setAttribute("role", "button");
    rect.setAttribute("aria-label", row.querySelector("input").value);
    draw(row, rect);
    follow(row, rect, svg);
    for (const input of inputs(row)) input.addEventListener("input", () => draw(row, rect));
    svg.append(rect);
  }
}
