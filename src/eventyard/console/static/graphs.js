// Draws every <figure data-graph='{"nodes": …, "edges": …}'> of a page once; data-direction is LR (the default) or TB.
import { drawGraph, resize } from "./graph.js";

const hosts = [...document.querySelectorAll("figure[data-graph]")];
for (const host of hosts) drawGraph(host, JSON.parse(host.dataset.graph), host.dataset.direction ?? "LR");
addEventListener("resize", () => hosts.forEach((host) => resize(host, 0)));
