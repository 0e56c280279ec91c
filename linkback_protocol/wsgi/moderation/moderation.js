"use strict";

// Keys for what the buttons do; without this file the page works by its forms.
(() => {
  const items = [...document.querySelectorAll(".linkback")];
  const storage = (name) => {
    // Where a browser keeps nothing, the page goes on without.
    try {
      return window[name];
    } catch {
      return null;
    }
  };
  const here = storage("sessionStorage");
  const always = storage("localStorage");
  let current = -1;
  let sent = false;

  const go = (index) => {
    if (!items.length) return;
    current = Math.max(0, Math.min(index, items.length - 1));
    items[current].focus();
  };

  const press = (selector, within) => {
    const button = within && within.querySelector(selector);
    if (!button || sent) return;
    // A second key before the next page is there would find nothing left to do.
    sent = true;
    if (current >= 0) here?.setItem("linkback-place", String(current));
    button.click();
  };

  const keys = {
    j: () => go(current + 1),
    k: () => go(current - 1),
    a: () => press('button[data-key="a"]', items[current]),
    s: () => press('button[data-key="s"]', items[current]),
    t: () => press('button[data-key="t"]', items[current]),
    x: () => items[current]?.querySelector('input[type="checkbox"]')?.click(),
    u: () => press('button[data-key="u"]', document),
    "/": () => document.querySelector("#text")?.focus(),
  };

  const keysOn = document.querySelector("#keys-on");
  if (keysOn) {
    keysOn.checked = always?.getItem("linkback-keys") !== "off";
    keysOn.addEventListener("change", () => {
      always?.setItem("linkback-keys", keysOn.checked ? "on" : "off");
    });
  }

  const typing = (target) =>
    target.closest("textarea, select, input:not([type=checkbox])") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (keysOn && !keysOn.checked) return;
    if (typing(event.target) || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    // A key that is held down must not decide about the whole list.
    if (!event.repeat || event.key === "j" || event.key === "k") keys[event.key]();
  });

  for (const [index, item] of items.entries()) {
    item.addEventListener("focusin", () => {
      current = index;
    });
  }

  const all = document.querySelector("#all");
  const boxes = items.map((item) => item.querySelector('input[type="checkbox"]')).filter(Boolean);
  if (all) {
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
  }

  for (const element of document.querySelectorAll("[data-script]")) element.hidden = false;

  // What is there when a page loads is not read out; what comes later is.
  const notice = document.querySelector("#notice");
  const said = notice?.firstElementChild;
  if (said) {
    said.remove();
    requestAnimationFrame(() => notice.append(said));
  }

  addEventListener("pageshow", () => {
    sent = false;
  });

  const place = here?.getItem("linkback-place");
  here?.removeItem("linkback-place");
  if (place) go(Number(place));
})();
