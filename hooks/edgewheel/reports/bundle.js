"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const MODULE = { name: 0, size: 1, type: 2, kind: 3, note: 4, source: 5 };
  const KIND_CLASS = ["app", "vendored", "swept", "duplicated"];
  const FIRST_ROWS = 50;

  /** An element; text goes in as text, so no name can become markup. */
  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "class") element.className = value;
      else if (name === "style") Object.assign(element.style, value);
      else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  function human(bytes) {
    let amount = Math.abs(bytes);
    let unit = "B";
    for (unit of ["B", "KiB", "MiB", "GiB"]) {
      if (amount < 999.5 || unit === "GiB") break;
      amount /= 1024;
    }
    const digits = unit === "B" || amount >= 99.95 ? amount.toFixed(0) : amount.toFixed(1).replace(/\.0$/, "");
    return `${bytes < 0 ? "−" : ""}${digits} ${unit}`;
  }
  const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  const share = (size) => (data.bound ? `${((size / data.bound) * 100).toFixed(1)} %` : "");
  const signed = (size) => (size > 0 ? `+${human(size)}` : human(size));

  // --- the nodes: upload > tree > package > module

  const MODULE_NODES = new WeakMap();
  const sumKinds = (parts) => parts.reduce((sums, part) => sums.map((sum, kind) => sum + part[kind]), [0, 0, 0, 0]);
  for (const tree of data.trees) {
    for (const pack of tree.packages) {
      pack.kinds = [0, 0, 0, 0];
      for (const module of pack.modules) pack.kinds[module[MODULE.kind]] += module[MODULE.size] || 1e-6;
      pack.count = pack.modules.length;
    }
    tree.kinds = sumKinds(tree.packages.map((pack) => pack.kinds));
    tree.count = tree.packages.reduce((sum, pack) => sum + pack.count, 0);
  }
  const upload = { name: "upload", size: data.total, children: data.trees, count: data.modules, kinds: sumKinds(data.trees.map((tree) => tree.kinds)) };
  for (const tree of data.trees) tree.children = tree.packages;
  const mainKind = (node) => node.kinds.indexOf(Math.max(...node.kinds));

  /** A package's modules become nodes when it is opened first. */
  function children(node) {
    if (node.children) return node.children;
    if (!node.modules) return [];
    if (!MODULE_NODES.has(node)) MODULE_NODES.set(node, node.modules.map(moduleNode));
    return MODULE_NODES.get(node);
  }
  function moduleNode(module) {
    const kinds = [0, 0, 0, 0];
    kinds[module[MODULE.kind]] = 1;
    return { name: module[MODULE.name], size: module[MODULE.size], module, kinds, count: 1 };
  }

  let path = []; // indices from the upload down
  const nodeAt = (steps) => steps.reduce((node, step) => children(node)[step], upload);
  const isPath = (steps) => {
    let node = upload;
    return steps.length <= 2 && steps.every((step) => (node = children(node)[step]) !== undefined);
  };
  function fromHash() {
    const steps = location.hash.slice(1).split(".").filter(Boolean).map(Number);
    return isPath(steps) ? steps : [];
  }
  let afterwards = null; // the key of the tile to focus once the next picture is drawn
  function go(steps, focus) {
    afterwards = focus;
    at("find").value = "";
    location.hash = `#${steps.join(".")}`;
    draw();
  }
  const open = (steps) => go(steps, "");
  const up = () => path.length && go(path.slice(0, -1), path.join("."));

  // --- the treemap: squarified, after Bruls, Huizing and van Wijk

  /** Places items (largest first) in a box, row by row, each row as long as it makes its tiles squarer. */
  function squarify(items, box) {
    const total = items.reduce((sum, item) => sum + item.size, 0);
    const placed = [];
    if (total <= 0 || box.w <= 0 || box.h <= 0) return placed;
    const scale = (box.w * box.h) / total;
    let { x, y, w, h } = box;
    let start = 0;
    while (start < items.length) {
      const side = Math.min(w, h);
      let sum = 0;
      let end = start;
      let worst = Infinity;
      const largest = items[start].size * scale;
      while (end < items.length) {
        const area = items[end].size * scale;
        const next = sum + area;
        const ratio = Math.max((side * side * largest) / (next * next), (next * next) / (side * side * area));
        if (ratio > worst) break;
        worst = ratio;
        sum = next;
        end += 1;
      }
      const thick = side > 0 ? sum / side : 0;
      let along = 0;
      for (let index = start; index < end; index += 1) {
        const length = thick > 0 ? (items[index].size * scale) / thick : 0;
        placed.push(w <= h
          ? { item: items[index], x: x + along, y, w: length, h: thick }
          : { item: items[index], x, y: y + along, w: thick, h: length });
        along += length;
      }
      if (w <= h) { y += thick; h -= thick; } else { x += thick; w -= thick; }
      start = end;
    }
    return placed;
  }

  /** Items that would be too small to see or hit become one, so that the page stays quick. */
  function visible(nodes, steps, area) {
    const total = nodes.reduce((sum, node) => sum + node.size, 0);
    const items = [];
    const rest = { size: 0, count: 0, rest: true, key: `${steps.join(".")}+` };
    nodes.forEach((node, index) => {
      if (node.size <= 0) return;
      if ((node.size / total) * area >= 60) items.push({ size: node.size, node, steps: [...steps, index], key: [...steps, index].join(".") });
      else { rest.size += node.size; rest.count += 1; }
    });
    if (rest.count) items.push(rest);
    return items.sort((one, other) => other.size - one.size);
  }

  let tiles = []; // what the keyboard moves between: {element, x, y, w, h}
  function drawMap() {
    const map = at("map");
    const had = map.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const node = nodeAt(path);
    const box = { x: 0, y: 0, w: map.clientWidth, h: map.clientHeight };
    map.replaceChildren();
    tiles = [];
    map.classList.toggle("empty", node.size <= 0);
    map.setAttribute("aria-label", `Treemap of ${node.name}, ${human(node.size)}`);
    if (node.size <= 0) map.append("Nothing here has a size.");
    else if (node === upload) drawTrees(map, box);
    else drawTiles(map, node, path, box);
    const wanted = afterwards ?? had;
    const chosen = tiles.find((tile) => tile.element.dataset.key === wanted) ?? tiles[0];
    tiles.forEach((tile) => { tile.element.tabIndex = tile === chosen ? 0 : -1; });
    if (wanted !== null && chosen) chosen.element.focus({ preventScroll: had !== null });
    afterwards = null;
  }
  function drawTrees(map, box) {
    const items = data.trees.map((node, index) => ({ size: node.size, node, index })).filter((item) => item.size > 0);
    // a thin tree keeps a strip that can be seen and hit
    const least = 0.012 * data.total;
    for (const item of items) item.size = Math.max(item.size, least);
    items.sort((one, other) => other.size - one.size);
    for (const { item, x, y, w, h } of squarify(items, box)) {
      const steps = [item.index];
      const inner = { x: x + 2, y: y + 26, w: w - 4, h: h - 28 };
      if (inner.h < 40 || inner.w < 60) { addTile(map, { node: item.node, steps, key: String(item.index) }, { x, y, w, h }); continue; }
      const head = make("button", { type: "button", class: "head", "data-key": String(item.index), "aria-label": label(item.node), onclick: () => open(steps) },
        item.node.name, " ", make("span", { class: "size" }, human(item.node.size)));
      put(map, head, { x: x + 2, y: y + 2, w: w - 4, h: 24 }, item.node);
      drawTiles(map, item.node, steps, inner);
    }
  }
  function drawTiles(map, node, steps, box) {
    for (const { item, ...place } of squarify(visible(children(node), steps, box.w * box.h), box)) addTile(map, item, place);
  }
  function addTile(map, item, place) {
    if (item.rest) {
      const words = `${count(item.count, "smaller one")}, ${human(item.size)}`;
      const tile = make("button", { type: "button", class: "tile rest", "data-key": item.key, "aria-label": `${words}: listed below`, onclick: () => at("list").scrollIntoView() }, caption(words, "", place));
      put(map, tile, place, null);
      return;
    }
    const { node } = item;
    const tile = make("button", { type: "button", class: `tile ${KIND_CLASS[mainKind(node)]}`, "data-key": item.key, "aria-label": label(node), onclick: () => choose(node, item.steps) },
      caption(shortName(node), human(node.size), place), mixture(node, place));
    put(map, tile, place, node);
  }
  function caption(name, size, place) {
    if (place.w < 30 || place.h < 18) return "";
    return make("span", {}, name, place.h >= 38 && size ? make("span", { class: "size" }, size) : "");
  }
  /** A strip that shows the kinds of a package that has several. */
  function mixture(node, place) {
    const several = node.kinds.filter((size) => size >= 1).length > 1;
    if (!several || place.h < 14) return "";
    const total = node.kinds.reduce((sum, size) => sum + size, 0);
    return make("span", { class: "mix" }, ...node.kinds.map((size, kind) =>
      make("i", { style: { width: `${(size / total) * 100}%`, background: `var(--${KIND_CLASS[kind]}-edge)` } })));
  }
  function put(map, element, { x, y, w, h }, node) {
    Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${Math.max(w - 1, 1)}px`, height: `${Math.max(h - 1, 1)}px` });
    if (node) {
      element.addEventListener("focus", () => tell(node));
      element.addEventListener("mouseenter", () => tell(node));
      if (node.name.length > 12 || w < 90) element.title = node.name;
    }
    map.append(element);
    tiles.push({ element, x, y, w, h });
  }
  const shortName = (node) => (node.module ? node.name.slice(node.name.lastIndexOf("/") + 1) : node.name);
  const kindWords = (node) => data.kinds.filter((_, kind) => node.kinds[kind] > 0).join(", ");
  function label(node) {
    const parts = [node.name, human(node.size), share(node.size) && `${share(node.size)} of ${human(data.bound)}`, kindWords(node)];
    if (!node.module) parts.push(count(node.count, "module"));
    return parts.filter(Boolean).join(", ");
  }
  function choose(node, steps) {
    if (node.module) tell(node);
    else open(steps);
  }
  function tell(node) {
    const extra = node.module ? [
      `type ${node.module[MODULE.type]}`,
      node.module[MODULE.source] && node.module[MODULE.source] !== node.name ? `from ${node.module[MODULE.source]}` : "",
      data.notes[node.module[MODULE.note]],
    ] : [];
    at("detail").textContent = [label(node), ...extra].filter(Boolean).join("; ");
  }

  // --- the keyboard: one stop for Tab, arrows between tiles

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  at("map").addEventListener("keydown", (event) => {
    const here = tiles.findIndex((tile) => tile.element === document.activeElement);
    if (event.key === "Escape" || event.key === "Backspace") up();
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(tiles.length - 1);
    else if (STEPS[event.key] && here >= 0) focus(neighbour(here, STEPS[event.key]));
    else return;
    event.preventDefault();
  });
  function focus(index) {
    if (!tiles[index]) return;
    tiles.forEach((tile, each) => { tile.element.tabIndex = each === index ? 0 : -1; });
    tiles[index].element.focus();
  }
  /** The nearest tile in a direction: by the gap between the edges, then by how far it lies aside. */
  function neighbour(here, [dx, dy]) {
    const from = tiles[here];
    let best = here;
    let least = Infinity;
    tiles.forEach((to, index) => {
      const ahead = dx ? dx * (to.x + to.w / 2 - from.x - from.w / 2) : dy * (to.y + to.h / 2 - from.y - from.h / 2);
      if (index === here || ahead <= 1) return;
      const gap = dx ? Math.max(0, dx > 0 ? to.x - from.x - from.w : from.x - to.x - to.w) : Math.max(0, dy > 0 ? to.y - from.y - from.h : from.y - to.y - to.h);
      const aside = dx ? Math.max(0, to.y - from.y - from.h, from.y - to.y - to.h) : Math.max(0, to.x - from.x - from.w, from.x - to.x - to.w);
      const off = dx ? Math.abs(to.y - from.y) : Math.abs(to.x - from.x);
      const cost = gap + aside * 3 + off * 0.05 + ahead * 0.1;
      if (cost < least) { least = cost; best = index; }
    });
    return best;
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && event.target !== at("find")) up();
  });

  // --- what stands around the map

  function drawPath() {
    const names = [upload, ...path.map((_, depth) => nodeAt(path.slice(0, depth + 1)))];
    at("path").replaceChildren(...names.map((node, depth) => make("li", {}, depth === path.length
      ? make("span", { "aria-current": "page" }, node.name)
      : make("button", { type: "button", class: "link", onclick: () => go(path.slice(0, depth), path.slice(0, depth + 1).join(".")) }, node.name))));
  }
  function drawLegend() {
    const node = nodeAt(path);
    const words = ["the Worker's own", "vendored", "swept in by accident", "duplicated"];
    const sizes = [0, 0, 0, 0];
    for (const module of modulesBelow(node)) sizes[module[MODULE.kind]] += module[MODULE.size];
    at("legend").replaceChildren(...words.map((text, kind) => make("li", { class: node.kinds[kind] > 0 ? "" : "none" },
      swatch(kind), `${text}: ${node.kinds[kind] > 0 ? human(sizes[kind]) : "none"}`)));
  }
  const swatch = (kind) => make("span", { class: `swatch ${KIND_CLASS[kind]}` });
  function modulesBelow(node) {
    if (node.module) return [node.module];
    if (node.modules) return node.modules;
    return children(node).flatMap(modulesBelow);
  }

  let shown = FIRST_ROWS;
  function drawList() {
    const words = at("find").value.trim().toLowerCase();
    const node = nodeAt(path);
    const entries = words ? found(node, path, words) : children(node).map((each, index) => [each, [...path, index]]);
    const head = make("tr", {}, ...["name", "kind"].map((text) => make("th", { scope: "col" }, text)),
      ...["size", data.bound ? `of ${human(data.bound)}` : "", "modules"].map((text, column) => make("th", { scope: "col", class: `number${column ? " optional" : ""}` }, text)));
    at("list").replaceChildren(make("thead", {}, head), make("tbody", {}, ...entries.slice(0, shown).map(row)));
    const left = entries.length - shown;
    at("more").hidden = left <= 0;
    at("more").textContent = `Show ${left.toLocaleString("en")} more`;
    at("list-title").textContent = words ? `${count(entries.length, "match")}`.replace(/matchs$/, "matches") : "In figures";
  }
  function row([node, steps]) {
    const note = node.module ? data.notes[node.module[MODULE.note]] : "";
    const name = node.module ? node.name : make("button", { type: "button", class: "link", onclick: () => go(steps, "") }, node.name);
    return make("tr", {}, make("th", { scope: "row" }, name, note ? make("div", { class: "note" }, note) : ""),
      make("td", {}, make("span", { class: "kind" }, swatch(mainKind(node)), make("span", { class: "words" }, kindWords(node)))),
      make("td", { class: "number" }, human(node.size)),
      make("td", { class: "number optional" }, share(node.size)),
      make("td", { class: "number optional" }, node.count.toLocaleString("en")));
  }
  /** Packages and modules below a node whose name has the words. */
  function found(node, steps, words) {
    const hits = [];
    children(node).forEach((each, index) => {
      const below = [...steps, index];
      if ((each.module || each.modules) && each.name.toLowerCase().includes(words)) hits.push([each, below]);
      if (each.modules) {
        for (const module of each.modules) if (module[MODULE.name].toLowerCase().includes(words)) hits.push([moduleNode(module), below]);
      } else if (each.children) hits.push(...found(each, below, words));
    });
    return hits;
  }
  at("find").addEventListener("input", () => { shown = FIRST_ROWS; drawList(); });
  at("more").addEventListener("click", () => { shown = Infinity; drawList(); });

  function drawLimits() {
    if (!data.gauges.length) at("limits").hidden = true;
    for (const { size, limit, words } of data.gauges) {
      const part = size / limit;
      const state = part > 1 ? "bad" : part >= data.warn ? "warn" : "";
      const full = Math.max(1, part);
      at("limits").append(make("div", { class: "gauge" },
        make("div", { class: "words" }, make("b", {}, `${human(size)}, ${(part * 100).toFixed(1)} %`), `of ${words}${part > 1 ? ": over" : ""}`),
        make("div", { class: "track", role: "img", "aria-label": `${(part * 100).toFixed(1)} percent` },
          make("div", { class: `fill ${state}`, style: { width: `${(part / full) * 100}%` } }),
          part > 1 ? make("div", { class: "mark", style: { left: `${100 / full}%` } }) : "")));
    }
  }
  function drawChanges() {
    if (data.before === null) return;
    at("changes").hidden = false;
    const by = data.total - data.before;
    at("changes").append(make("p", {}, by ? `${signed(by)}: ${human(data.before)} before, ${human(data.total)} now.` : "The size is the same."));
    if (!data.changes.length) return;
    const heads = [["package", ""], ["what", ""], ["by", "number"], ["before", "number optional"], ["now", "number optional"]];
    at("changes").append(make("div", { class: "scroll" }, make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map(([text, kind]) => make("th", { scope: "col", class: kind }, text)))),
      make("tbody", {}, ...data.changes.map(([word, name, before, after]) => make("tr", {}, make("th", { scope: "row" }, name),
        make("td", { class: word }, word), make("td", { class: `number ${word}` }, signed(after - before)),
        make("td", { class: "number optional" }, human(before)), make("td", { class: "number optional" }, human(after))))))));
  }

  // --- which tree carries which package

  let rowsShown = FIRST_ROWS;
  function drawMatrix() {
    const { columns, rows } = data.carried;
    const several = ([, cells]) => cells.filter(Boolean).length > 1;
    const wanted = at("overlap").checked ? rows.filter(several) : rows;
    const most = rows.reduce((largest, [, cells]) => Math.max(largest, ...cells.map((cell) => (cell ? cell[0] : 0))), 1);
    const heads = columns.map((column) => make("th", { scope: "col" }, column.name,
      make("div", { class: "note" }, human(column.size), make("span", { class: "need" }, `; for ${column.need}`)),
      column.uploaded ? make("span", { class: `pill${column.wanted ? "" : " waste"}` }, `${count(column.uploaded, "file")} uploaded`) : make("span", { class: "note" }, "not uploaded")));
    at("matrix").replaceChildren(make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "package"), ...heads)),
      make("tbody", {}, ...wanted.slice(0, rowsShown).map(([name, cells, imported]) => make("tr", {},
        make("th", { scope: "row" }, name, imported === -2 ? make("div", { class: "note" }, "the runtime imports its own") : ""),
        ...cells.map((cell, column) => matrixCell(cell, column === imported, columns[column], most))))));
    at("more-rows").hidden = wanted.length <= rowsShown;
    at("more-rows").textContent = `Show ${(wanted.length - rowsShown).toLocaleString("en")} more`;
  }
  function matrixCell(cell, imported, column, most) {
    if (!cell) return make("td", {}, make("span", { class: "soft", "aria-label": "not there" }, "–"));
    const bar = make("span", { class: "weight", style: { width: `${Math.sqrt(cell[0] / most) * 100}%` } });
    return make("td", { class: imported ? "imported" : column.uploaded ? "sent" : "" }, human(cell[0]), " ", make("span", { class: "note" }, count(cell[1], "file")), " ",
      imported ? make("span", { class: "pill" }, "imported") : "", bar);
  }
  function startMatrix() {
    const overlaps = data.carried.rows.some(([, cells]) => cells.filter(Boolean).length > 1);
    at("overlap").checked = overlaps;
    at("overlap").disabled = !overlaps;
    at("overlap").addEventListener("change", () => { rowsShown = FIRST_ROWS; drawMatrix(); });
    at("more-rows").addEventListener("click", () => { rowsShown = Infinity; drawMatrix(); });
    drawMatrix();
  }

  function drawSays() {
    if (!data.duplicates.length && !data.warnings.length) return;
    at("says").hidden = false;
    for (const warning of data.warnings) at("says").append(make("pre", {}, warning));
    if (data.duplicates.length) at("says").append(make("pre", {}, data.duplicates.map((each) => `Ignoring duplicate module: ${each}`).join("\n")));
  }

  function draw() {
    path = fromHash();
    shown = FIRST_ROWS;
    drawPath();
    drawLegend();
    drawMap();
    drawList();
    if (!tiles.some((tile) => tile.element === document.activeElement)) at("detail").textContent = label(nodeAt(path));
  }
  drawLimits();
  drawChanges();
  startMatrix();
  drawSays();
  draw();
  addEventListener("hashchange", () => { if (fromHash().join(".") !== path.join(".")) draw(); }); // the Back button
  let waiting = 0;
  let width = at("map").clientWidth;
  new ResizeObserver(() => {
    if (at("map").clientWidth === width) return;
    width = at("map").clientWidth;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(drawMap);
  }).observe(at("map"));
})();
