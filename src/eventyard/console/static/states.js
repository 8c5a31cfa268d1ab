// The states of an execution: whoever comes to one by its address (a click in the graph) sees it open.
function openChosen() {
  const chosen = location.hash && document.getElementById(location.hash.slice(1));
  if (!chosen) return;
  chosen.open = true;
  chosen.scrollIntoView({ block: "nearest" });
}

addEventListener("hashchange", openChosen);
document.querySelector("figure.graph")?.addEventListener("click", () => setTimeout(openChosen));
openChosen();
