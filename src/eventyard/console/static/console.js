// What every page does: theme, keys, rows that can be walked, tables that grow by themselves.
import { follow } from "./live.js";

const root = document.documentElement;

function toggleTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  localStorage.setItem("eventyard-theme", next);
  dispatchEvent(new CustomEvent("eventyard:theme"));
}

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
}

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("chosen"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
  all[at]?.classList.remove("chosen");
  next.classList.add("chosen");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
}

function showKeys() {
  const keys = document.getElementById("keys");
  if (keys.open) keys.close();
  else keys.showModal();
}

let isGoing = false; // `g` was pressed, and the next key says where to

const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  "?": showKeys,
  p: () => document.getElementById("pause")?.click(),
  "/": () => {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select();
  },
};

function press(event) {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isGoing) {
    isGoing = false;
    const link = [...document.querySelectorAll("nav.menu a")].find((one) => one.dataset.key === event.key);
    if (link) link.click();
    return;
  }
  if (event.key === "g") {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1500);
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function confirmFirst(event) {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
}

addEventListener("keydown", press);
addEventListener("submit", confirmFirst);
document.getElementById("theme")?.addEventListener("click", toggleTheme);
document.getElementById("help")?.addEventListener("click", showKeys);
document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["x-eventyard-token"] = document.querySelector("meta[name=eventyard-token]").content;
});
for (const table of document.querySelectorAll("[data-live]")) follow(table);
