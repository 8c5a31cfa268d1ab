// Draws every <figure data-chart='{"x": [epoch seconds, …], "series": [{"label", "state", "values": […]}], "unit": "ms"}'>
// by uPlot, in the page's colours. `state` is good, warn, bad, info or accent; a `null` in values is a gap,
// and `line` ("plain" or "dashed") leaves out the ground below.

function colour(name) {
  // Canvas wants a plain colour: have the browser resolve the page's own.
  const probe = document.createElement("span");
  probe.className = `colour-${name}`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

// A value between two gaps has no line: only its point can be seen.
function hasLonePoint(values) {
  const isGap = (value) => value === null || value === undefined;
  return values.some((value, i) => !isGap(value) && isGap(values[i - 1]) && isGap(values[i + 1]));
}

function options(host, chart) {
  const axis = { stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 } };
  const unit = chart.unit ? ` ${chart.unit}` : "";
  return {
    width: host.clientWidth - 26,
    height: chart.height ?? 190,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    scales: { y: { range: (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.08 : 1] } },
    axes: [axis, { ...axis, size: 58, values: (_, marks) => marks.map((mark) => mark.toLocaleString("en") + unit) }],
    series: [
      { value: "{YYYY}-{MM}-{DD} {HH}:{mm}" },
      ...chart.series.map((one) => ({
        label: one.label,
        stroke: colour(one.state ?? "accent"),
        fill: one.line ? undefined : colour(`${one.state ?? "accent"}-ground`),
        dash: one.line === "dashed" ? [6, 4] : undefined,
        width: 1.8,
        points: { show: chart.x.length < 3 || hasLonePoint(one.values), size: 6 },
        value: (_, value) => (value === null ? "–" : value.toLocaleString("en") + unit),
      })),
    ],
  };
}

function draw(host) {
  const chart = JSON.parse(host.dataset.chart);
  host.plot?.destroy();
  host.plot = new uPlot(options(host, chart), [chart.x, ...chart.series.map((one) => one.values)], host);
}

export function drawCharts(within = document) {
  for (const host of within.querySelectorAll("figure[data-chart]")) draw(host);
}

drawCharts();
addEventListener("eventyard:theme", () => drawCharts());
let timer = 0;
addEventListener("resize", () => {
  clearTimeout(timer);
  timer = setTimeout(drawCharts, 150);
});
document.body.addEventListener("htmx:afterSettle", (event) => drawCharts(event.target));
