/* Rows of a form are added, removed and moved without leaving the page; without a script the same
   buttons send the form. */
(function () {
  "use strict";

  function tops(root) {
    return Array.prototype.filter.call(root.querySelectorAll("[data-rows]"), function (rows) {
      return !rows.parentElement.closest("[data-rows]");
    });
  }

  function focusAfter(form, command) {
    var verb = command.split(":")[0], prefix = command.split(":")[1];
    var place = null;
    if (verb === "find") {
      place = form.querySelector('[data-rows="' + prefix + '"]');
    } else if (verb === "add") {
      var rows = form.querySelectorAll('[data-rows="' + prefix + '"] > [data-row]');
      place = rows[rows.length - 1];
    } else if (verb === "up") {
      place = document.getElementById(prefix.replace(/\d+$/, function (n) { return Math.max(n - 1, 0); }));
    }
    var field = place && place.querySelector("select, textarea, input:not([type=hidden])");
    if (!field) { field = form.querySelector('button[value="add:' + prefix.replace(/-\d+$/, "") + '"]'); }
    if (field) { field.focus(); }
  }

  function put(form, html, command) {
    var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-rows-form]");
    if (!fresh) { return false; }
    var mine = tops(form), theirs = tops(fresh);
    if (mine.length !== theirs.length) { return false; }
    mine.forEach(function (rows, index) { rows.replaceWith(theirs[index]); });
    focusAfter(form, command);
    return true;
  }

  document.querySelectorAll("[data-rows-form]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var button = event.submitter;
      if (!button || button.name !== "row" || !window.fetch || !window.DOMParser) { return; }
      event.preventDefault();
      if (button.getAttribute("aria-busy")) { return; }
      var data = new FormData(form);
      // Chosen files stay in the form; they are sent when it is saved.
      form.querySelectorAll("[type=file]").forEach(function (field) { data.delete(field.name); });
      data.set("row", button.value);
      button.setAttribute("aria-busy", "true");
      fetch(form.action, { method: "POST", body: data, credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer); })
        .then(function (html) { if (!put(form, html, button.value)) { throw new Error("form"); } })
        .catch(function () {
          // The line is down: the browser's own way says so, and the form keeps what was typed.
          button.removeAttribute("aria-busy");
          var toasts = document.querySelector("[data-toasts]");
          if (toasts) { toasts.textContent = form.dataset.failed || ""; }
        });
    });
  });
})();
