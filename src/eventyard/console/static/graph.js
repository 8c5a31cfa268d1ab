// Draws a directed graph as SVG: dagre places, we draw. Colours come from console.css; a node is a link to its page.
//
//   drawGraph(host, {nodes: [{id, label, kind, href, state, lines}], edges: [{source, target, label, state, kind}]})
//
// Called again with the same nodes and edges it only changes texts and states, so nothing moves while one looks.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 178;
const LINE = 16;
const GLYPHS = {
  bus: "⇶", rule: "◇", queue: "☰", "dead letters": "☠", topic: "❋", function: "λ", machine: "⚙", schedule: "◷",
  pipe: "⇝", table: "▦", log: "≡", endpoint: "↗", producer: "●", archive: "▤", state: "",
};

function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function shortened(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 8)}…${text.slice(-7)}`;
}

function heightOf(node) {
  return 30 + LINE * (node.room ?? Math.max(1, node.lines?.length ?? 0));
}

function placed(graph, direction) {
  const layout = new dagre.graphlib.Graph({ multigraph: true });
  layout.setGraph({ rankdir: direction, nodesep: 14, ranksep: 48, edgesep: 12, marginx: 12, marginy: 12 });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) layout.setNode(node.id, { width: WIDTH, height: heightOf(node) });
  for (const edge of graph.edges) layout.setEdge(edge.source, edge.target, {}, edge.kind);
  dagre.layout(layout);
  return layout;
}

// The way of an edge that leads on leaves and enters by the sides of its boxes, in the middle.
function sided(layout, edge, direction) {
  const { points } = layout.edge(edge.source, edge.target, edge.kind);
  const [from, to] = [layout.node(edge.source), layout.node(edge.target)];
  const along = direction === "LR" ? "x" : "y";
  const size = direction === "LR" ? "width" : "height";
  if (from[along] + from[size] > to[along]) return points;
  const [first, last] = [{ x: from.x, y: from.y }, { x: to.x, y: to.y }];
  first[along] += from[size] / 2;
  last[along] -= to[size] / 2;
  return [first, ...points.slice(1, -1), last];
}

function path(points) {
  const [first, ...rest] = points;
  let text = `M${first.x},${first.y}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const middle = { x: (rest[i].x + rest[i + 1].x) / 2, y: (rest[i].y + rest[i + 1].y) / 2 };
    text += ` Q${rest[i].x},${rest[i].y} ${middle.x},${middle.y}`;
  }
  const last = rest.at(-1);
  return `${text} L${last.x},${last.y}`;
}

function drawNode(node, at) {
  const height = heightOf(node);
  const group = make("a", { class: "node", transform: `translate(${at.x - WIDTH / 2},${at.y - height / 2})` });
  if (node.href) group.setAttribute("href", node.href);
  group.append(
    make("title"),
    make("rect", { width: WIDTH, height, rx: 9 }),
    make("text", { class: "glyph", x: 12, y: 20 }),
    make("text", { class: "label", x: 32, y: 20 }),
    make("text", { class: "lines", x: 32, y: 36 }),
  );
  return group;
}

function fillNode(group, node) {
  group.setAttribute("class", `node ${node.state ?? ""} kind-${node.kind.replaceAll(" ", "-")}`);
  group.dataset.name = node.label;
  const [title, , glyph, label, lines] = group.children;
  title.textContent = [`${node.kind} ${node.label}`, ...(node.lines ?? [])].join("\n");
  glyph.textContent = GLYPHS[node.kind] ?? "·";
  label.textContent = shortened(node.label, 18);
  lines.replaceChildren(
    ...(node.lines?.length ? node.lines : [node.kind]).map((line, i) => {
      const span = make("tspan", { x: 32, dy: i ? LINE : 0 });
      span.textContent = shortened(line, 24);
      return span;
    }),
  );
}

function drawEdge(points) {
  const middle = points[Math.floor(points.length / 2)];
  return make(
    "g",
    { class: "edge" },
    make("title"),
    make("path", { d: path(points), "marker-end": "url(#arrow)" }),
    make("text", { x: middle.x, y: middle.y - 5, "text-anchor": "middle" }),
  );
}

function fillEdge(group, edge) {
  group.setAttribute("class", `edge ${edge.state ?? ""} way-${edge.kind?.replaceAll(" ", "-") ?? ""}`);
  const [title, , text] = group.children;
  title.textContent = edge.label ? `${edge.kind}: ${edge.label}` : (edge.kind ?? "");
  text.textContent = edge.label ?? "";
}

function shapeOf(graph) {
  const nodes = graph.nodes.map((node) => node.id).sort();
  const edges = graph.edges.map((edge) => `${edge.source} ${edge.target} ${edge.kind}`).sort();
  return JSON.stringify([nodes, edges]);
}

function drawAll(host, graph, direction) {
  for (const node of graph.nodes) node.room = Math.max(direction === "LR" ? 2 : 1, node.lines?.length ?? 0);
  const layout = placed(graph, direction);
  const { width, height } = layout.graph();
  const arrow = make("path", { d: "M0,0 L8,4 L0,8 z", class: "arrow" });
  const marker = make("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, arrow);
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, make("defs", {}, marker));
  const edges = new Map();
  const nodes = new Map();
  for (const edge of graph.edges) {
    const drawn = drawEdge(sided(layout, edge, direction));
    edges.set(`${edge.source} ${edge.target} ${edge.kind}`, drawn);
    svg.append(drawn);
  }
  for (const node of graph.nodes) {
    const drawn = drawNode(node, layout.node(node.id));
    nodes.set(node.id, drawn);
    svg.append(drawn);
  }
  host.replaceChildren(svg);
  host.drawn = { shape: shapeOf(graph), nodes, edges, svg, width, height, rooms: new Map(graph.nodes.map((node) => [node.id, node.room])) };
  resize(host, host.zoom ?? 0);
}

function isRoomy(host, graph) {
  return graph.nodes.every((node) => (node.lines?.length ?? 0) <= host.drawn.rooms.get(node.id));
}

export function drawGraph(host, graph, direction = "LR") {
  const known = new Set(graph.nodes.map((node) => node.id));
  graph.edges = graph.edges.filter((edge) => known.has(edge.source) && known.has(edge.target));
  if (host.drawn?.shape !== shapeOf(graph) || !isRoomy(host, graph)) drawAll(host, graph, direction);
  for (const node of graph.nodes) fillNode(host.drawn.nodes.get(node.id), node);
  for (const edge of graph.edges) fillEdge(host.drawn.edges.get(`${edge.source} ${edge.target} ${edge.kind}`), edge);
}

// Zoom 0 fits the width of the host, but never so small that texts cannot be read.
export function resize(host, zoom) {
  host.zoom = zoom;
  const { svg, width, height } = host.drawn;
  const fit = Math.min(1.15, Math.max(0.8, (host.clientWidth - 2) / width));
  const scale = zoom || fit;
  svg.setAttribute("width", Math.round(width * scale));
  svg.setAttribute("height", Math.round(height * scale));
  return scale;
}

export function find(host, text) {
  const wanted = text.trim().toLowerCase();
  let first = null;
  for (const drawn of host.drawn.nodes.values()) {
    const isFound = !wanted || drawn.dataset.name.toLowerCase().includes(wanted);
    drawn.classList.toggle("faded", !isFound);
    if (wanted && isFound) first ??= drawn;
  }
  for (const edge of host.drawn.edges.values()) edge.classList.toggle("faded", Boolean(wanted));
  first?.scrollIntoView({ block: "nearest", inline: "center" });
}
