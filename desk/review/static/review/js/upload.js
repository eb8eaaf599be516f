// Putting files in: each file goes by itself, with its progress, its answer, and a second try that makes no second arrival.

import { t, tell } from "./desk.js";

const form = document.getElementById("upload");
const drop = document.getElementById("drop");
const input = document.getElementById("files");
const list = document.getElementById("sent");
const largest = Number(form.dataset.largest) * 2 ** 20;
const AT_ONCE = 2;
const waiting = [];
let running = 0;

function mark() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Show a file in the list, and put it into the line. */
function add(file) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `${t("Sending")} ${file.name}`);
  const words = document.createElement("span");
  words.textContent = t("Waiting");
  row.append(name, bar, words);
  list.prepend(row);
  const entry = { file, bar, words, once: mark() };
  if (!file.size) return say(entry, t("The file is empty."), true);
  if (file.size > largest) return say(entry, `${t("Too large; the most in MB:")} ${form.dataset.largest}.`, true);
  waiting.push(entry);
  next();
}

function say(entry, text, bad = false) {
  entry.words.textContent = text;
  entry.words.className = bad ? "bad" : "";
  entry.bar.hidden = true;
}

function next() {
  while (running < AT_ONCE && waiting.length) send(waiting.shift());
}

function send(entry) {
  running += 1;
  const data = new FormData();
  data.append("received", form.elements.received.value);
  data.append("once", entry.once);
  data.append("files", entry.file, entry.file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.address);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) entry.bar.value = event.loaded / event.total;
  });
  request.addEventListener("load", () => done(entry, request));
  request.addEventListener("error", () => again(entry, t("The desk cannot be reached.")));
  request.addEventListener("loadend", () => {
    running -= 1;
    next();
  });
  entry.words.textContent = t("Sending");
  entry.bar.hidden = false;
  request.send(data);
}

function done(entry, request) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    // a page instead of an answer: signed out, or no longer allowed
  }
  if (request.status === 201) return link(entry, answer.arrivals[0]);
  const sentence = answer.error ? answer.error.message : t("It was not taken; load the page again.");
  if (request.status === 503) return again(entry, sentence);
  say(entry, sentence.charAt(0).toUpperCase() + sentence.slice(1), true);
}

function link(entry, arrival) {
  say(entry, "");
  const to = document.createElement("a");
  to.href = arrival.address;
  to.textContent = `${t("Arrival")} ${arrival.arrival}`;
  const rest = arrival.duplicate_of ? `, the same as arrival ${arrival.duplicate_of}` : ", being read";
  entry.words.append(to, rest);
}

function again(entry, sentence) {
  say(entry, sentence, true);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = t("Try again");
  button.addEventListener("click", () => {
    waiting.push(entry);
    next();
  });
  entry.words.append(" ", button);
}

input.addEventListener("change", () => {
  for (const file of input.files) add(file);
  input.value = "";
});
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  const files = [...event.dataTransfer.items].filter((item) => item.kind === "file").map((item) => item.getAsFile());
  if (files.includes(null) || !files.length) tell(t("Folders cannot be dropped; choose the files in them."), { error: true });
  files.filter(Boolean).forEach(add);
});
// a file dropped beside the box must not replace the page
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
