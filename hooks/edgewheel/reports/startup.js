"use strict";
(() => {
  const ROW = 26;
  const make = (name, given = {}, ...inner) => {
    const node = Object.assign(document.createElement(name), given);
    node.append(...inner);
    return node;
  };
  const ms = (value) => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 }) + " ms";

  const table = (title, heads, rows, numbers) =>
    make("div", { className: "scroll" }, make("table", {},
      make("caption", { textContent: title }),
      make("thead", {}, make("tr", {}, ...heads.map((each, at) =>
        make("th", { textContent: each, scope: "col", className: numbers.includes(at) ? "n" : "" })))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((each, at) =>
        make("td", { textContent: each, className: numbers.includes(at) ? "n" : "" })))))));

  const show = (start) => {
    const below = new Map();
    start.rows.forEach((row, at) => below.set(row[1], [...(below.get(row[1]) ?? []), at]));
    for (const list of below.values()) list.sort((one, two) => start.rows[two][3] - start.rows[one][3]);
    const kids = (at) => below.get(at) ?? [];
    const own = new Set(start.own);
    const known = new Set(start.packages.filter((each) => each[3] > 0).map((each) => each[0]));
    const top = (at) => start.rows[at][0].split(".")[0];
    const kind = (at) => (own.has(top(at)) ? "own" : known.has(top(at)) ? "vendored" : "python");

    const section = make("section", {}, make("h2", { textContent: start.main }));
    for (const line of start.headline) section.append(make("p", { textContent: line, className: "soft" }));
    for (const line of start.findings) section.append(make("p", { textContent: line, className: "bad" }));
    section.append(make("ul", { className: "legend" }, ...[["own", "the project"], ["vendored", "uploaded modules"], ["python", "Python's own"]]
      .map(([name, words]) => make("li", {}, make("span", { className: `swatch ${name}` }), words))));
    const flame = make("div", { className: "flame", role: "group" });
    flame.setAttribute("aria-label", "Imports as a flame graph: wider is dearer, below is what a module brought in");
    const detail = make("p", { className: "detail" });
    detail.setAttribute("aria-live", "polite");
    section.append(flame, make("p", {
      className: "soft",
      textContent: "Arrow keys move, Enter opens a module over the whole width, Escape goes back up.",
    }), detail);

    let root = kids(-1)[0] ?? -1;
    const words = (at) => {
      const [name, , self, total, path, line, saves] = start.rows[at];
      const from = path ? `, by ${path}:${line}` : "";
      const saved = saves === null ? "" : `. Deferring that statement saves ${ms(saves)}`;
      return `${name}: ${ms(total)}, its own ${ms(self)}${from}${saved}`;
    };
    let current = root;
    let drawn = 0;
    const draw = (focus) => {
      flame.replaceChildren();
      drawn = flame.clientWidth;
      const width = drawn || 800;
      let depth = 0;
      const whole = root < 0 ? 1 : start.rows[root][3] || 1;
      const put = (at, left, level, scale) => {
        const wide = start.rows[at][3] * scale;
        if (wide < 3) return;
        depth = Math.max(depth, level);
        const node = make("button", { type: "button", textContent: wide > 34 ? start.rows[at][0] : "", title: words(at) });
        node.className = kind(at);
        node.setAttribute("aria-label", words(at));
        Object.assign(node.style, { left: `${left}px`, top: `${level * ROW}px`, width: `${wide}px` });
        node.dataset.at = at;
        node.tabIndex = -1;
        node.onmouseenter = () => (detail.textContent = words(at));
        node.onfocus = () => { current = at; detail.textContent = words(at); };
        node.onclick = () => { root = at; draw(at); };
        flame.append(node);
        let x = left;
        for (const each of kids(at)) {
          put(each, x, level + 1, scale);
          x += start.rows[each][3] * scale;
        }
      };
      if (root >= 0) put(root, 0, 0, width / whole);
      flame.style.height = `${(depth + 1) * ROW}px`;
      const first = flame.querySelector(`[data-at="${focus ?? current}"]`) ?? flame.firstElementChild;
      if (first) first.tabIndex = 0;
      if (focus !== undefined) first?.focus();
    };
    flame.onkeydown = (event) => {
      const at = Number(event.target.dataset.at);
      const above = start.rows[at]?.[1] ?? -1;
      const among = above < 0 ? [at] : kids(above);
      const next = {
        ArrowDown: kids(at)[0], ArrowUp: at === root ? undefined : above,
        ArrowRight: at === root ? undefined : among[among.indexOf(at) + 1],
        ArrowLeft: at === root ? undefined : among[among.indexOf(at) - 1],
      };
      if (event.key === "Escape") {
        const up = start.rows[root][1];
        if (up >= 0) { root = up; draw(up); }
        event.preventDefault();
      } else if (event.key in next) {
        const node = flame.querySelector(`[data-at="${next[event.key]}"]`);
        if (node) {
          event.target.tabIndex = -1;
          node.tabIndex = 0;
          node.focus();
        }
        event.preventDefault();
      }
    };
    const places = new Map();
    for (const [name, , , , path, line, saves] of start.rows) {
      if (saves !== null && saves >= 1) {
        const key = `${path}:${line}`;
        places.set(key, [key, [...(places.get(key)?.[1] ?? []), name], saves]);
      }
    }
    const rows = [...places.values()].sort((one, two) => two[2] - one[2]).map(([place, names, saves]) => [place, names.join(", "), ms(saves)]);
    section.append(make("div", { className: "tables" },
      table("What each import statement saves if a request runs it", ["Statement", "Imports", "Saves"], rows.slice(0, 40), [2]),
      table("Packages", ["Package", "Modules", "CPU"], start.packages.slice(0, 40).map(([name, count, spent]) => [name, count.toLocaleString("en"), ms(spent)]), [1, 2])));
    document.getElementById("main").append(section);
    draw();
    // only another width asks for another picture; who stands in it stays there
    new ResizeObserver(() => {
      if (flame.clientWidth !== drawn) draw(flame.contains(document.activeElement) ? current : undefined);
    }).observe(flame);
  };
  JSON.parse(document.getElementById("data").textContent).forEach(show);
})();
