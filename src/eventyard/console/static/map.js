// The map page: the graph that the page brought, and then the one that the server sends whenever it changes.
import { drawGraph, find, resize } from "./graph.js";

const host = document.getElementById("map");
const dot = document.getElementById("live-dot");
const text = document.getElementById("live-text");
const pause = document.getElementById("pause");
const troubles = document.getElementById("troubles");
const search = document.getElementById("find");
let isPaused = false;

function say(state) {
  dot.dataset.state = state;
  text.textContent = state;
}

// What is wrong, as a list too: on a narrow screen most of the map is beyond the edge.
function listTroubles(nodes) {
  const wrong = nodes.filter((node) => node.state === "bad" || node.state === "glow");
  const rows = wrong.map((node) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    const why = document.createElement("span");
    row.dataset.row = "";
    link.href = node.href;
    link.textContent = node.label;
    why.className = "soft";
    why.textContent = [node.kind, ...node.lines].join(" · ");
    row.append(link, " ", why);
    return row;
  });
  troubles.replaceChildren(...rows);
  troubles.previousElementSibling.hidden = !rows.length;
}

function draw(graph) {
  drawGraph(host, graph);
  listTroubles(graph.nodes);
  if (search.value) find(host, search.value);
}

draw(JSON.parse(host.dataset.graph));
const source = new EventSource(host.dataset.liveGraph);
source.addEventListener("open", () => say(isPaused ? "paused" : "live"));
source.addEventListener("error", () => say("away"));
source.addEventListener("map", (event) => isPaused || draw(JSON.parse(event.data)));
addEventListener("pagehide", () => source.close());
addEventListener("resize", () => host.zoom || resize(host, 0));

pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", String(isPaused));
  say(isPaused ? "paused" : "live");
});
search.addEventListener("input", () => find(host, search.value));
search.form.addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    const step = Number(button.dataset.zoom);
    const now = host.drawn.svg.width.baseVal.value / host.drawn.width;
    resize(host, step && Math.min(3, Math.max(0.2, now * step)));
  });
}
