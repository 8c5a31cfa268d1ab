// An archive's window: the form begins with all of its time, and follows what is chosen in the timeline by dragging.
const host = document.getElementById("timeline");
const [from, until] = ["from", "until"].map((name) => document.querySelector(`input[name=${name}]`));

function put(input, ms) {
  input.value = new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19);
}

function putAll() {
  put(from, Number(from.dataset.ms));
  put(until, Number(until.dataset.ms));
}

if (host && from && until) {
  putAll();
  host.addEventListener("mouseup", () => setTimeout(() => {
    const { min, max } = host.plot.scales.x;
    put(from, min * 1000);
    put(until, Math.ceil(max) * 1000);
  }));
  host.addEventListener("dblclick", putAll);
}
