"use strict";
// What a page can do beyond being read: evidence on demand, copying, folding, links between the picture and the lines.
// Without this script all but the packed lists can still be read.
(() => {
  const LEAST = 0.85; // a picture is made smaller than that only when the reader wants to see it whole
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const panel = document.getElementById("why");
  const frame = document.querySelector(".scroll");
  const facts = new Map(JSON.parse(document.getElementById("facts").textContent)); // by the number of a line
  document.documentElement.classList.add("js");

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  };
  const button = (name, text, parent) => {
    const made = element("button", text, parent);
    made.type = "button";
    made.className = name;
    return made;
  };

  // ---- Copying: shown without what would turn the text round or break its line, copied as it is.
  const copyable = (text, parent) => {
    button("copy", text.replace(/[\p{Cc}\p{Cf}]/gu, "·"), parent).dataset.copy = text;
  };
  const copy = async (pressed) => {
    try {
      await navigator.clipboard.writeText(pressed.dataset.copy);
    } catch { // a page that was opened from a file or inside another one may have no clipboard
      const field = element("textarea", pressed.dataset.copy, panel.matches(":popover-open") ? panel : document.body);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    pressed.classList.add("done");
    setTimeout(() => pressed.classList.remove("done"), 1200);
  };

  // ---- The panel: why the step of a line is believed, then ids and times. Pointing shows it, a click makes it stay.
  let pinned = null; // the button whose panel stays
  const fillPanel = ([kind, reasons, more]) => {
    panel.replaceChildren();
    const close = button("close", "✕", panel);
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => panel.hidePopover());
    element("h3", kind ? `${kind}: how it is known` : "Nothing known led here", panel);
    const list = element("ol", undefined, panel);
    for (const [method, confidence, span, trace, detail] of reasons) {
      const item = element("li", `by ${method}, confidence ${confidence}${detail ? `: ${detail}` : ""}`, list);
      if (!span) continue;
      const told = element("div", "told by span ", item);
      copyable(span, told);
      if (!trace) continue;
      told.append(" of trace ");
      copyable(trace, told);
    }
    const rest = element("dl", undefined, panel);
    for (const [name, value] of more) {
      element("dt", name, rest);
      copyable(value, element("dd", undefined, rest));
    }
  };
  const placePanel = (asked) => {
    const [at, edge] = [asked.getBoundingClientRect(), 12];
    const left = Math.min(at.right - panel.offsetWidth, innerWidth - panel.offsetWidth - edge);
    const isRoomBelow = at.bottom + 6 + panel.offsetHeight < innerHeight;
    panel.style.left = `${Math.max(edge, left)}px`;
    panel.style.top = `${isRoomBelow ? at.bottom + 6 : Math.max(edge, at.top - 6 - panel.offsetHeight)}px`;
  };
  const collapseButtons = () => {
    for (const one of all(".why[aria-expanded=true]")) one.removeAttribute("aria-expanded");
  };
  const showPanel = (asked, stays) => {
    fillPanel(facts.get(Number(asked.dataset.row)));
    if (!panel.matches(":popover-open")) panel.showPopover({ source: asked });
    placePanel(asked);
    collapseButtons();
    asked.setAttribute("aria-expanded", "true");
    pinned = stays ? asked : null;
  };
  const leavePanel = (to) => {
    if (!pinned && panel.matches(":popover-open") && !panel.contains(to)) panel.hidePopover();
  };
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    collapseButtons();
    pinned = null;
  });
  document.addEventListener("pointerover", (event) => {
    const asked = event.pointerType === "mouse" && event.target.closest?.(".why");
    if (asked && !pinned) showPanel(asked, false);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.target.closest?.(".why")) leavePanel(event.relatedTarget);
  });
  panel.addEventListener("pointerleave", () => leavePanel(null));

  // ---- Long lists stand in the page compressed until somebody opens them, or follows a link to one of their lines.
  const unpacking = new WeakMap();
  const decompressed = async (packed) => {
    try {
      const bytes = Uint8Array.from(atob(packed.textContent), (one) => one.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      const told = JSON.parse(await new Response(stream).text());
      for (const [number, known] of told.facts) facts.set(number, known);
      packed.insertAdjacentHTML("afterend", told.html);
    } catch {
      element("p", "This browser cannot unpack these lines: it is too old.", packed.parentElement).className = "dim";
    }
    packed.remove();
  };
  const unpack = (packed) => {
    if (!unpacking.has(packed)) unpacking.set(packed, decompressed(packed));
    return unpacking.get(packed);
  };
  document.addEventListener("toggle", (event) => {
    const packed = event.target.open && event.target.querySelector(":scope > .packed");
    if (packed) unpack(packed);
  }, true);
  const found = async (id) => {
    const number = id.startsWith("r") ? Number(id.slice(1)) : NaN;
    const holds = ({ dataset }) => number >= Number(dataset.from) && number < Number(dataset.to);
    while (!document.getElementById(id)) {
      const packed = all(".packed").find(holds);
      if (!packed) return null;
      await unpack(packed); // which may hold packed lists in turn
    }
    return document.getElementById(id);
  };

  // ---- Links: the line or problem that they lead to is unfolded, comes to the middle and has the focus.
  const reveal = async (id) => {
    const target = await found(id);
    if (!target) return;
    for (let at = target.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView({ block: "center" });
    for (const one of all(".flash")) one.classList.remove("flash");
    target.classList.add("flash");
    (target.querySelector(":scope > details > summary, :scope > .leaf") ?? target).focus({ preventScroll: true });
  };
  const follow = (id) => {
    try {
      history.pushState(null, "", `#${id}`); // so that Back leads back, not out of the page
    } catch { /* some viewers of mail have no history */ }
    reveal(id);
  };
  addEventListener("popstate", () => {
    if (location.hash) reveal(location.hash.slice(1));
  });
  if (location.hash) reveal(location.hash.slice(1));

  // ---- The picture.
  const setWhole = (pressed) => pressed.setAttribute("aria-pressed", frame.classList.toggle("whole"));
  const isCut = () => frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
  const trace = (box) => { // what a box is joined to stands out
    frame.classList.toggle("tracing", Boolean(box));
    for (const one of all(".near", frame)) one.classList.remove("near");
    if (!box) return;
    const near = new Set([box.dataset.box]);
    for (const way of all("[data-ends]", frame)) {
      const ends = way.dataset.ends.split(" ");
      if (!ends.includes(box.dataset.box)) continue;
      way.classList.add("near");
      for (const end of ends) near.add(end);
    }
    for (const one of all("[data-box]", frame)) one.classList.toggle("near", near.has(one.dataset.box));
  };
  const firstSight = () => { // opens at the event that was asked for, else moved no further than to show a failure
    const around = frame.getBoundingClientRect();
    const asked = frame.querySelector(".asked");
    if (asked) {
      const at = asked.getBoundingClientRect();
      frame.scrollLeft += at.left - around.left - Math.max(12, (around.width - at.width) / 2);
      frame.scrollTop += at.top - around.top - (around.height - at.height) / 2;
      return;
    }
    const beyond = all(".box.error", frame).map((box) => {
      const at = box.getBoundingClientRect();
      return [Math.max(0, at.right + 24 - around.right), Math.max(0, at.bottom + 24 - around.bottom)];
    });
    const [right, down] = beyond.sort((one, other) => one[0] + one[1] - other[0] - other[1])[0] ?? [0, 0];
    frame.scrollBy(right, down);
  };
  const setUpPicture = () => {
    const drawing = frame.querySelector("svg");
    const width = drawing.width.baseVal.value;
    drawing.style.minWidth = `${width * LEAST}px`;
    drawing.style.maxWidth = `${width}px`;
    const tools = document.querySelector("p.tools");
    new ResizeObserver(() => {
      tools.hidden = !frame.matches(".whole") && !isCut();
    }).observe(frame);
    const boxes = all(".box[data-row]", frame);
    for (const box of boxes) { // one stop of the Tab key for all of them, arrow keys between them
      box.setAttribute("role", "link");
      box.setAttribute("tabindex", "-1");
    }
    (boxes.find((box) => box.matches(".asked, .error")) ?? boxes[0])?.setAttribute("tabindex", "0");
    for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
      frame.addEventListener(begin, (event) => {
        if (event.pointerType !== "touch") trace(event.target.closest("[data-box]"));
      });
      frame.addEventListener(end, () => trace(null));
    }
    firstSight();
  };
  const moveInPicture = (box, key) => {
    const boxes = all(".box[data-row]", frame);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    const next = boxes[boxes.indexOf(box) + by];
    if (!by || !next) return Boolean(by);
    box.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
    return true;
  };
  if (frame) setUpPicture();

  // ---- The tree: arrow keys go up and down through the open lines, right unfolds, left folds or goes to the one above.
  const LINES = ".tree summary, .tree .leaf";
  const foldAll = (isOpen) => {
    for (const one of all(".tree details")) if (!one.parentElement.matches(".more")) one.open = isOpen;
  };
  const moveInTree = (line, key) => {
    const fold = line.matches("summary") ? line.parentElement : null;
    const step = (by) => {
      const lines = all(LINES).filter((one) => one.checkVisibility());
      lines[lines.indexOf(line) + by]?.focus();
    };
    if (key === "ArrowDown") step(1);
    else if (key === "ArrowUp") step(-1);
    else if (key === "ArrowRight" && fold && !fold.open) fold.open = true;
    else if (key === "ArrowRight") step(1);
    else if (key === "ArrowLeft" && fold?.open) fold.open = false;
    else if (key === "ArrowLeft") line.closest("ul")?.parentElement.querySelector("summary")?.focus();
    else return false;
    return true;
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("button, a[href^='#']");
    const drawn = event.target.closest(".scroll [data-row]");
    if (pressed?.matches(".copy")) copy(pressed);
    else if (pressed?.matches(".why")) {
      event.preventDefault(); // inside a summary, which would fold
      if (pinned === pressed) panel.hidePopover();
      else showPanel(pressed, true);
    } else if (pressed?.dataset.do === "whole") setWhole(pressed);
    else if (pressed?.dataset.do) foldAll(pressed.dataset.do === "unfold");
    else if (pressed?.matches("a")) {
      event.preventDefault();
      follow(pressed.getAttribute("href").slice(1));
    } else if (drawn) follow(`r${drawn.dataset.row}`);
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const box = event.target.closest?.(".scroll .box[data-row]");
    if (box && event.key === "Enter") follow(`r${box.dataset.row}`);
    const line = event.target.matches?.(LINES) && event.target;
    if (box ? moveInPicture(box, event.key) : line && moveInTree(line, event.key)) event.preventDefault();
  });
})();
