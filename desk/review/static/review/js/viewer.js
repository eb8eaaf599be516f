// The page of a fax: zoom, pan, turn, and the places of its fields.

import { t } from "./desk.js";

const MARGIN = 12;
const MOST = 6;
const LEAST = 0.08;

export class Viewer {
  /** Show pages inside `root`; `pages` maps a page number to {image, words, kind, trouble}. */
  constructor(root, pages) {
    this.root = root;
    this.pages = pages;
    this.stage = root.querySelector(".stage");
    this.picture = this.stage.querySelector("img");
    this.trouble = root.querySelector(".trouble");
    this.zoomShown = root.querySelector("output");
    this.where = root.querySelector(".where");
    this.scale = 1;
    this.x = this.y = 0;
    this.turned = 0;
    this.fit = "width";
    this.number = null;
    this.focused = null;
    this.marks = [];
    this.words = new Map();
    this.onPage = () => {};
    this.onPoint = () => {};
    this.onLasso = () => {};
    this.picture.addEventListener("load", () => this.#placed());
    new ResizeObserver(() => this.refit()).observe(root);
    this.#listen();
  }

  get ready() {
    return this.picture.complete && this.picture.naturalWidth > 0;
  }

  /** Show page `number`; keeps zoom and place when it is the page already shown. */
  show(number) {
    const page = this.pages.get(number);
    if (!page || number === this.number) return;
    this.number = number;
    this.focused = null;
    this.turned = page.turned || 0;
    this.trouble.hidden = Boolean(page.image);
    this.stage.hidden = !page.image;
    this.trouble.textContent = "";
    if (!page.image) this.#showText(number, page);
    this.where.textContent = `${t("Page")} ${number} ${t("of")} ${this.pages.size} · ${page.kind}`;
    if (page.image) this.picture.src = page.image;
    this.onPage(number);
  }

  /** Go to a place: box is [left, top, right, bottom] in fractions of the page. */
  focus(number, box) {
    this.show(number);
    this.focused = box;
    if (this.ready) this.#toFocus();
  }

  /** Draw the places of fields on the page shown; each is {box, doubt}. */
  setMarks(marks) {
    this.marks = marks;
    this.#drawMarks();
  }

  zoom(factor, at = null) {
    const view = this.root.getBoundingClientRect();
    const cx = at ? at.x - view.left : view.width / 2;
    const cy = at ? at.y - view.top : view.height / 2;
    const scale = Math.min(MOST, Math.max(LEAST, this.scale * factor));
    this.x = cx - ((cx - this.x) * scale) / this.scale;
    this.y = cy - ((cy - this.y) * scale) / this.scale;
    this.scale = scale;
    this.fit = "";
    this.#apply();
  }

  turn() {
    this.turned = (this.turned + 90) % 360;
    this.fitWhole();
  }

  fitWidth() {
    this.fit = "width";
    const [wide] = this.#size();
    this.scale = (this.root.clientWidth - 2 * MARGIN) / wide;
    this.x = MARGIN;
    this.y = MARGIN;
    this.#apply();
  }

  fitWhole() {
    this.fit = "whole";
    const [wide, high] = this.#size();
    const { clientWidth: w, clientHeight: h } = this.root;
    this.scale = Math.min((w - 2 * MARGIN) / wide, (h - 2 * MARGIN) / high);
    this.x = (w - wide * this.scale) / 2;
    this.y = (h - high * this.scale) / 2;
    this.#apply();
  }

  fitField() {
    if (!this.focused) return;
    const [l, t, r, b] = this.#shown(this.focused);
    const { clientWidth: w, clientHeight: h } = this.root;
    this.fit = "field";
    this.scale = Math.min(MOST, (w * 0.8) / Math.max(40, r - l), (h * 0.3) / Math.max(20, b - t));
    this.x = w / 2 - ((l + r) / 2) * this.scale;
    this.y = h / 2 - ((t + b) / 2) * this.scale;
    this.#apply();
  }

  refit() {
    if (!this.ready) return;
    if (this.fit === "width") this.fitWidth();
    else if (this.fit === "whole") this.fitWhole();
    else this.#apply();
    if (this.focused) this.#toFocus();
  }

  /** Words of the page shown: [[text, box], …]. */
  async wordsHere() {
    const page = this.pages.get(this.number);
    if (!page) return [];
    if (!this.words.has(this.number)) {
      const answer = await fetch(page.words, { headers: { "HX-Request": "true" } });
      this.words.set(this.number, answer.ok ? (await answer.json()).words : []);
    }
    return this.words.get(this.number);
  }

  /** Show what a page without a picture says, such as a mail's body. */
  async #showText(number, page) {
    const answer = await fetch(page.words, { headers: { "HX-Request": "true" } });
    const { text } = answer.ok ? await answer.json() : { text: "" };
    if (number !== this.number) return;
    this.trouble.classList.toggle("letter", Boolean(text));
    this.trouble.textContent = text || page.trouble || t("This page has no picture.");
  }

  #placed() {
    this.refit();
    this.#drawMarks();
    if (this.focused) this.#toFocus();
  }

  /** Size of the page as turned, in image pixels. */
  #size() {
    const { naturalWidth: w, naturalHeight: h } = this.picture;
    return this.turned % 180 ? [h, w] : [w, h];
  }

  /** Scroll as little as shows the focused place in the middle band of the view. */
  #toFocus() {
    this.#drawMarks();
    if (this.fit === "field") return this.fitField();
    const { clientWidth: w, clientHeight: h } = this.root;
    const [l, t, r, b] = this.#shown(this.focused).map((edge) => edge * this.scale);
    if (l + this.x < MARGIN || r + this.x > w - MARGIN) this.x = r - l > w ? MARGIN - l : w / 2 - (l + r) / 2;
    if (t + this.y < h * 0.15 || b + this.y > h * 0.75) this.y = h * 0.4 - (t + b) / 2;
    const [wide, high] = this.#size();
    this.x = Math.max(Math.min(this.x, MARGIN), Math.min(MARGIN, w - MARGIN - wide * this.scale));
    this.y = Math.max(Math.min(this.y, MARGIN), Math.min(MARGIN, h - MARGIN - high * this.scale));
    this.#apply();
  }

  #apply() {
    const { naturalWidth: w, naturalHeight: h } = this.picture;
    const wide = w * this.scale;
    const high = h * this.scale;
    const shift = { 0: [0, 0], 90: [high, 0], 180: [wide, high], 270: [0, wide] }[this.turned];
    this.stage.style.width = `${wide}px`;
    this.stage.style.height = `${high}px`;
    this.stage.style.transform = `translate(${this.x + shift[0]}px, ${this.y + shift[1]}px) rotate(${this.turned}deg)`;
    this.zoomShown.textContent = `${Math.round(this.scale * 100)} %`;
  }

  #drawMarks() {
    for (const old of this.stage.querySelectorAll(".mark")) old.remove();
    for (const { box, doubt } of this.marks) this.stage.append(this.#mark(box, doubt ? "mark doubt" : "mark", 0.0015));
    if (this.focused) this.stage.append(this.#mark(this.focused, "mark focus", 0.003));
  }

  #mark([l, t, r, b], name, grow) {
    const mark = document.createElement("div");
    mark.className = name;
    mark.style.left = `${(l - grow) * 100}%`;
    mark.style.top = `${(t - grow) * 100}%`;
    mark.style.width = `${(r - l + 2 * grow) * 100}%`;
    mark.style.height = `${(b - t + 2 * grow) * 100}%`;
    return mark;
  }

  /** Where on the page a pointer is, in fractions of the page as it was read, however it is turned now. */
  #fraction(event) {
    const view = this.root.getBoundingClientRect();
    const [wide, high] = this.#size();
    const x = (event.clientX - view.left - this.x) / (wide * this.scale);
    const y = (event.clientY - view.top - this.y) / (high * this.scale);
    return { 0: [x, y], 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] }[this.turned];
  }

  /** The box on screen of a place on the page, in pixels of the page as it is turned, before zooming. */
  #shown([l, t, r, b]) {
    const [wide, high] = this.#size();
    const turned = { 0: [l, t, r, b], 90: [1 - b, l, 1 - t, r], 180: [1 - r, 1 - b, 1 - l, 1 - t], 270: [t, 1 - r, b, 1 - l] }[this.turned];
    return [turned[0] * wide, turned[1] * high, turned[2] * wide, turned[3] * high];
  }

  #listen() {
    let from = null;
    let lasso = null;
    this.root.addEventListener("wheel", (event) => {
      if (event.target.closest(".letter")) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) return this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX, y: event.clientY });
      this.x -= event.shiftKey ? event.deltaY : event.deltaX;
      this.y -= event.shiftKey ? 0 : event.deltaY;
      this.#apply();
    }, { passive: false });
    this.root.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest(".tools, .letter")) return;
      event.preventDefault();
      this.root.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, px: this.x, py: this.y, moved: false, at: this.#fraction(event), pick: event.shiftKey };
      this.root.classList.add(from.pick ? "picking" : "dragging");
    });
    this.root.addEventListener("pointermove", (event) => {
      if (!from) return;
      const dx = event.clientX - from.x;
      const dy = event.clientY - from.y;
      if (Math.hypot(dx, dy) > 4) from.moved = true;
      if (from.pick) {
        const to = this.#fraction(event);
        if (!from.at || !to) return;
        const box = [Math.min(from.at[0], to[0]), Math.min(from.at[1], to[1]), Math.max(from.at[0], to[0]), Math.max(from.at[1], to[1])];
        lasso?.element.remove();
        lasso = { box, element: this.#mark(box, "lasso", 0) };
        this.stage.append(lasso.element);
      } else if (from.moved) {
        this.x = from.px + dx;
        this.y = from.py + dy;
        this.fit = "";
        this.#apply();
      }
    });
    const end = (event) => {
      if (!from) return;
      this.root.classList.remove("dragging", "picking");
      if (lasso) {
        lasso.element.remove();
        this.onLasso(lasso.box);
      } else if (!from.moved && event.type === "pointerup") {
        const at = this.#fraction(event);
        if (at) this.onPoint(at);
      }
      from = lasso = null;
    };
    this.root.addEventListener("pointerup", end);
    this.root.addEventListener("pointercancel", end);
    this.root.addEventListener("click", (event) => {
      const what = event.target.closest("[data-view]")?.dataset.view;
      if (what) this.act(what);
    });
  }

  /** Do what a tool button or a shortcut says. */
  act(what) {
    const acts = {
      in: () => this.zoom(1.25),
      out: () => this.zoom(0.8),
      width: () => this.fitWidth(),
      whole: () => this.fitWhole(),
      field: () => this.fitField(),
      turn: () => this.turn(),
    };
    if (this.ready) acts[what]?.();
  }
}

/** Draw the place `box` of a page's picture into `canvas`, as wide as the canvas allows. */
export function drawCrop(canvas, picture, box) {
  const ratio = window.devicePixelRatio || 1;
  const wide = canvas.clientWidth;
  const high = canvas.clientHeight;
  canvas.width = wide * ratio;
  canvas.height = high * ratio;
  const { naturalWidth: w, naturalHeight: h } = picture;
  const [l, t, r, b] = [box[0] * w, box[1] * h, box[2] * w, box[3] * h];
  const scale = Math.min(1.7, (high * 0.62) / Math.max(8, b - t), (wide * 0.92) / Math.max(20, r - l));
  const sw = wide / scale;
  const sh = high / scale;
  const sx = Math.min(Math.max(0, r - l < sw * 0.6 ? l - sw * 0.05 : (l + r) / 2 - sw / 2), Math.max(0, w - sw));
  const sy = (t + b) / 2 - sh / 2;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, wide, high);
  pen.drawImage(picture, sx, sy, sw, sh, 0, 0, wide, high);
  pen.fillStyle = "rgba(255,255,255,0.5)";
  const [x0, y0, x1, y1] = [(l - sx) * scale - 4, (t - sy) * scale - 3, (r - sx) * scale + 4, (b - sy) * scale + 3];
  pen.fillRect(0, 0, wide, y0);
  pen.fillRect(0, y1, wide, high - y1);
  pen.fillRect(0, y0, x0, y1 - y0);
  pen.fillRect(x1, y0, wide - x1, y1 - y0);
}
