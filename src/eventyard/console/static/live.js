// A table whose newest rows come from the server by themselves; pausing keeps them back until it goes on.

const ROWS_MAX = 500;

function rowsOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.querySelectorAll("tr")];
}

export function follow(body) {
  const button = document.getElementById("pause");
  const dot = document.getElementById("live-dot");
  const text = document.getElementById("live-text");
  let isPaused = false;
  let held = [];

  function say(state) {
    dot?.setAttribute("data-state", state);
    if (text) text.textContent = isPaused && held.length ? `paused, ${held.length} new` : state;
  }

  function put(rows) {
    document.querySelector("[data-nothing]")?.remove();
    for (const row of rows.toReversed()) {
      row.classList.add("new");
      body.prepend(row);
    }
    while (body.rows.length > ROWS_MAX) body.lastElementChild.remove();
  }

  const source = new EventSource(body.dataset.live);
  source.addEventListener("open", () => say(isPaused ? "paused" : "live"));
  source.addEventListener("error", () => say("away"));
  source.addEventListener("rows", (event) => {
    const rows = rowsOf(event.data);
    if (isPaused) held = [...rows, ...held].slice(0, ROWS_MAX);
    else put(rows);
    say(isPaused ? "paused" : "live");
  });
  addEventListener("pagehide", () => source.close());
  button?.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
    if (!isPaused) {
      put(held);
      held = [];
    }
    say(isPaused ? "paused" : "live");
  });
}
