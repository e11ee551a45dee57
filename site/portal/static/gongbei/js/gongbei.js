/* Small comforts on top of pages that work without them. */
(function () {
  "use strict";

  // A form is sent once: the second press of an impatient finger is let go.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    var button = event.submitter || form.querySelector(".btn.main");
    if (button) { button.setAttribute("aria-busy", "true"); }
  });
  // A page that comes back from the history may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
    });
  });

  function toast(text) {
    var place = document.querySelector("[data-toasts]");
    if (!place) { return; }
    var said = document.createElement("p");
    said.className = "toast";
    said.textContent = text;
    place.replaceChildren(said);
    setTimeout(function () { said.remove(); }, 6000);
  }

  function copied(button, text) {
    var done = function () { toast(button.dataset.copied || "✓"); };
    if (navigator.clipboard && !button.dataset.refused) {
      navigator.clipboard.writeText(text).then(done, function () {
        button.dataset.refused = "1";  // as some browsers inside other apps do
        copied(button, text);
      });
      return;
    }
    var field = document.createElement("textarea");
    field.value = text;
    document.body.appendChild(field);
    field.select();
    if (document.execCommand("copy")) { done(); }
    field.remove();
    var shown = document.querySelector(button.dataset.copy);
    if (shown && shown.select) { shown.focus(); shown.select(); }
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy],[data-close],[data-opens],[data-print]");
    if (!button) { return; }
    if (button.dataset.copy) {
      var source = document.querySelector(button.dataset.copy);
      if (source) { copied(button, source.value || source.textContent.trim()); }
    } else if (button.dataset.opens) {
      var dialog = document.querySelector(button.dataset.opens);
      if (dialog && dialog.showModal) { dialog.showModal(); event.preventDefault(); }
    } else if ("print" in button.dataset) {
      window.print();
    } else {
      var box = button.closest("dialog,details");
      if (box) {
        if (box.close) { box.close(); } else { box.open = false; }
        var opener = box.querySelector("summary");
        if (opener) { opener.focus(); }
      }
    }
  });

  document.addEventListener("keydown", function (event) {
    var box = event.key === "Escape" && event.target.closest && event.target.closest("details.confirm[open], details.drawer[open]");
    if (box) { box.open = false; box.querySelector("summary").focus(); }
  });

  // Unsaved texts that the editor keeps on this device leave with the person.
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-sign-out]")) { return; }
    try {
      Object.keys(localStorage).forEach(function (key) {
        if (key.indexOf("gongbei.draft") === 0) { localStorage.removeItem(key); }
      });
    } catch (error) { /* the browser forbids it: then nothing was kept */ }
  });

  // Formulas are drawn, by a script that only pages with formulas fetch; their LaTeX stays where
  // it does not come, or where the browser draws no MathML.
  function drawsMathML() {
    var probe = document.createElement("span");
    probe.innerHTML = "<math><mspace height='23px' width='77px'/></math>";
    probe.style.position = "absolute";
    document.body.appendChild(probe);
    var width = probe.firstElementChild.getBoundingClientRect().width;
    probe.remove();
    return Math.abs(width - 77) < 3;
  }

  function drawFormulas() {
    document.querySelectorAll(".formula[data-latex]").forEach(function (place) {
      var drawn = window.gongbeiFormula(place.dataset.latex);
      if (!drawn) { return; }
      place.innerHTML = drawn;
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", place.dataset.latex);
    });
  }

  if (document.querySelector(".formula[data-latex]") && drawsMathML()) {
    var drawing = document.createElement("script");
    drawing.src = document.documentElement.dataset.formulas;
    drawing.onload = drawFormulas;
    document.head.appendChild(drawing);
  }

  // What only works with a script is shown by the script.
  document.querySelectorAll("[data-scripted]").forEach(function (part) { part.hidden = false; });
})();
