"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const panel = document.getElementById("why");
  const facts = new Map(JSON.parse(document.getElementById("facts").textContent));
  let pinned = null;
  document.documentElement.classList.add("js");

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  };
  const copyable = (text, parent) => {
    const made = element("button", text.replace(/[\p{Cc}\p{Cf}]/gu, "·"), parent);
    made.type = "button";
    made.className = "copy";
    made.dataset.copy = text;
  };

  // What is known of a line: why its step is believed, then ids and times to be copied.
  const fill = (number) => {
    const [kind, reasons, more] = facts.get(number);
    panel.replaceChildren();
    const close = element("button", "✕", panel);
    close.type = "button";
    close.className = "close";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => panel.hidePopover());
    element("h3", kind ? `${kind}: how it is known` : "Nothing known led here", panel);
    if (reasons.length) {
      const list = element("ol", undefined, panel);
      for (const [method, confidence, span, trace, detail] of reasons) {
        const item = element("li", `by ${method}, confidence ${confidence}${detail ? `: ${detail}` : ""}`, list);
        if (span) {
          const told = element("div", "told by span ", item);
          copyable(span, told);
          if (trace) {
            told.append(" of trace ");
            copyable(trace, told);
          }
        }
      }
    }
    const rest = element("dl", undefined, panel);
    for (const [name, value] of more) {
      element("dt", name, rest);
      copyable(value, element("dd", undefined, rest));
    }
  };
  const place = (button) => {
    const at = button.getBoundingClientRect();
    panel.style.left = `${Math.max(12, Math.min(at.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 12))}px`;
    const below = at.bottom + 6 + panel.offsetHeight < innerHeight;
    panel.style.top = `${below ? at.bottom + 6 : Math.max(12, at.top - 6 - panel.offsetHeight)}px`;
  };
  const show = (button, pin) => {
    fill(+button.dataset.row);
    if (!panel.matches(":popover-open")) panel.showPopover({ source: button });
    place(button);
    for (const one of all(".why[aria-expanded=true]")) one.removeAttribute("aria-expanded");
    button.setAttribute("aria-expanded", "true");
    pinned = pin ? button : null;
  };
  panel.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      for (const one of all(".why[aria-expanded=true]")) one.removeAttribute("aria-expanded");
      pinned = null;
    }
  });

  // Long lists stand in the page compressed until somebody opens them, or follows a link to one of their rows.
  const unpacking = new WeakMap();
  const unpacked = async (packed) => {
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
    if (!unpacking.has(packed)) unpacking.set(packed, unpacked(packed));
    return unpacking.get(packed);
  };
  document.addEventListener("toggle", (event) => {
    const packed = event.target.open && event.target.querySelector(":scope > .packed");
    if (packed) unpack(packed);
  }, true);
  const reach = async (id) => {
    const number = id.startsWith("r") ? +id.slice(1) : NaN;
    const holds = ({ dataset }) => number >= +dataset.from && number < +dataset.to;
    for (let packed; !document.getElementById(id) && (packed = all(".packed").find(holds)); ) await unpack(packed);
    return document.getElementById(id);
  };

  const go = (row) => {
    for (let at = row.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    row.scrollIntoView({ block: "center" });
    for (const one of all(".flash")) one.classList.remove("flash");
    row.classList.add("flash");
    (row.querySelector("summary, .leaf") ?? row).focus({ preventScroll: true });
  };
  const lead = async (id) => {
    const row = await reach(id);
    if (row) go(row);
  };
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const field = element("textarea", button.dataset.copy, panel.matches(":popover-open") ? panel : document.body);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1200);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, a[href^='#']");
    const drawn = event.target.closest(".scroll [data-row]");
    if (button?.dataset.copy !== undefined) copy(button);
    else if (button?.matches(".why")) {
      event.preventDefault();
      if (pinned === button) panel.hidePopover();
      else show(button, true);
    } else if (button?.dataset.do === "whole") {
      const isWhole = document.querySelector(".scroll").classList.toggle("whole");
      button.setAttribute("aria-pressed", isWhole);
    } else if (button?.dataset.do) {
      for (const one of all(".tree details")) {
        if (!one.parentElement.matches(".more")) one.open = button.dataset.do === "unfold";
      }
    } else if (button?.matches("a")) {
      event.preventDefault();
      lead(button.getAttribute("href").slice(1));
    } else if (drawn) lead(`r${drawn.dataset.row}`);
  });
  document.addEventListener("pointerover", (event) => {
    const button = event.pointerType === "mouse" && event.target.closest?.(".why");
    if (button && !pinned) show(button, false);
  });
  document.addEventListener("pointerout", (event) => {
    const left = event.target.closest?.(".why");
    if (left && !pinned && !panel.contains(event.relatedTarget) && panel.matches(":popover-open")) panel.hidePopover();
  });
  panel.addEventListener("pointerleave", () => pinned ?? panel.hidePopover());

  // What a box is joined to stands out while it is pointed at or has the focus.
  const trace = (box) => {
    const frame = document.querySelector(".scroll");
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
  for (const [begin, end] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.querySelector(".scroll")?.addEventListener(begin, (event) => {
      if (event.pointerType !== "touch") trace(event.target.closest("[data-box]"));
    });
    document.querySelector(".scroll")?.addEventListener(end, () => trace(null));
  }

  // Arrow keys walk the tree: up and down through the lines that are open, right unfolds, left folds or goes up.
  const step = (line, by) => {
    const lines = all(".tree summary, .tree .leaf").filter((one) => one.checkVisibility());
    lines[lines.indexOf(line) + by]?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const line = event.target.closest?.(".tree summary, .tree .leaf");
    const drawn = event.target.closest?.(".scroll .box[data-row]");
    if (drawn && event.key === "Enter") return void lead(`r${drawn.dataset.row}`);
    if (!line || event.target !== line || event.altKey || event.ctrlKey || event.metaKey) return;
    const fold = line.matches("summary") ? line.parentElement : null;
    if (event.key === "ArrowDown") step(line, 1);
    else if (event.key === "ArrowUp") step(line, -1);
    else if (event.key === "ArrowRight" && fold && !fold.open) fold.open = true;
    else if (event.key === "ArrowRight") step(line, 1);
    else if (event.key === "ArrowLeft" && fold?.open) fold.open = false;
    else if (event.key === "ArrowLeft") line.closest("ul")?.parentElement.querySelector("summary")?.focus();
    else return;
    event.preventDefault();
  });

  for (const drawn of all(".scroll .box[data-row]")) {
    drawn.setAttribute("tabindex", "0");
    drawn.setAttribute("role", "link");
  }
  if (location.hash) lead(location.hash.slice(1));
  const picture = document.querySelector(".scroll");
  if (picture && picture.scrollWidth <= picture.clientWidth && picture.scrollHeight <= picture.clientHeight) {
    document.querySelector("p.tools").remove();
  }
  const first = document.querySelector(".scroll .asked") ?? document.querySelector(".scroll .box.error");
  if (first) {
    const [frame, at] = [first.closest(".scroll"), first.getBoundingClientRect()];
    const around = frame.getBoundingClientRect();
    frame.scrollLeft += at.left - around.left - Math.max(12, (around.width - at.width) / 2);
    frame.scrollTop += at.top - around.top - (around.height - at.height) / 2;
  }
})();
