/* Suggestions while typing; without it the form works as it is. */
(function () {
  "use strict";

  var field = document.querySelector("[data-suggest]");
  if (!field || !window.fetch) { return; }
  var list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  field.closest("form").appendChild(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  var asked = "", waiting = 0, chosen = -1;

  function close() {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function show(items) {
    list.replaceChildren.apply(list, items.map(function (item, place) {
      var row = document.createElement("li");
      row.id = "suggestion-" + place;
      row.setAttribute("role", "option");
      row.textContent = item.text;
      row.dataset.url = item.url || field.dataset.search + "?q=" + encodeURIComponent(item.text);
      return row;
    }));
    chosen = -1;
    list.hidden = !items.length;
    field.setAttribute("aria-expanded", String(items.length > 0));
  }

  function ask() {
    var text = field.value.trim();
    if (text === asked) { return; }
    asked = text;
    if (!text) { close(); return; }
    fetch(field.dataset.suggest + "?q=" + encodeURIComponent(text), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : { items: [] }; })
      .then(function (answer) { if (asked === text) { show(answer.items); } })
      .catch(close);
  }

  function mark(place) {
    var rows = list.children;
    if (!rows.length) { return; }
    chosen = (place + rows.length) % rows.length;
    Array.prototype.forEach.call(rows, function (row, n) {
      row.setAttribute("aria-selected", String(n === chosen));
    });
    field.setAttribute("aria-activedescendant", rows[chosen].id);
  }

  // While an input method composes characters, half a syllable is nothing to ask for.
  field.addEventListener("input", function (event) {
    clearTimeout(waiting);
    if (!event.isComposing) { waiting = setTimeout(ask, 180); }
  });
  field.addEventListener("compositionend", function () { clearTimeout(waiting); waiting = setTimeout(ask, 60); });
  field.addEventListener("keydown", function (event) {
    if (list.hidden || event.isComposing) { return; }
    if (event.key === "ArrowDown") { mark(chosen + 1); event.preventDefault(); }
    if (event.key === "ArrowUp") { mark(chosen < 0 ? -1 : chosen - 1); event.preventDefault(); }
    if (event.key === "Escape") { close(); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(list.children[chosen].dataset.url); }
  });
  list.addEventListener("mousedown", function (event) {
    var row = event.target.closest("li");
    if (row) { event.preventDefault(); location.assign(row.dataset.url); }
  });
  field.addEventListener("blur", close);
})();
