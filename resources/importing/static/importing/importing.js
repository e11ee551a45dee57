/* Old files by the folder: uploads with progress, a table that saves in place. The pages work without it. */
(function () {
  "use strict";

  var place = document.querySelector("[data-drop]");
  var table = document.querySelector("[data-table]");
  var source = document.getElementById("import-texts");
  if (!place || !table || !source) { return; }
  var texts = JSON.parse(source.textContent);
  var token = place.querySelector("[name=csrfmiddlewaretoken]").value;
  var JUNK = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\._.*)$|(^|\/)__MACOSX\//;

  // ---- uploads ----
  var jobs = [];
  var running = 0;
  var TRIES = 4;
  var box = place.querySelector("[data-sending]");
  var list = place.querySelector("[data-list]");
  var sum = place.querySelector("[data-sum]");
  var bar = place.querySelector("[data-bar]");
  var retry = place.querySelector("[data-retry]");

  function count(state) { return jobs.filter(function (job) { return job.state === state; }).length; }
  function busy() { return jobs.some(function (job) { return job.state === "waiting" || job.state === "sending"; }); }

  function show(job, state, words) {
    job.state = state;
    if (!job.row) {
      job.row = document.createElement("li");
      job.row.append(document.createElement("span"), document.createElement("span"));
      job.row.firstChild.textContent = job.path;
      list.append(job.row);
    }
    job.row.lastChild.textContent = words;
    job.row.className = state === "failed" || state === "refused" ? "bad" : "";
    if (state === "stored" || state === "there") { job.row.remove(); job.row = null; }
    total();
  }

  function total() {
    var done = count("stored") + count("there");
    box.hidden = !jobs.length;
    sum.textContent = texts.progress.replace("%(done)s", done).replace("%(all)s", jobs.length);
    bar.max = jobs.length || 1;
    bar.value = done + count("refused");
    retry.hidden = !count("failed");
  }

  function post(address, body, more) {
    return fetch(address, {
      method: "POST", body: body, credentials: "same-origin",
      headers: Object.assign({ "X-CSRFToken": token, Accept: "application/json" }, more || {})
    });
  }

  function hashOf(file) {
    if (!window.crypto || !crypto.subtle || file.size > 20e6) { return Promise.resolve(""); }
    return file.arrayBuffer().then(function (bytes) { return crypto.subtle.digest("SHA-256", bytes); }).then(function (made) {
      return Array.from(new Uint8Array(made)).map(function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    }).catch(function () { return ""; });
  }

  // Hashes one after another, so that a folder of films does not fill the memory.
  function hashed(files) {
    return files.reduce(function (before, entry) {
      return before.then(function () { return hashOf(entry.file).then(function (sha) { entry.sha256 = sha; }); });
    }, Promise.resolve()).then(function () { return files; });
  }

  function take(entries) {
    var seen = new Set(jobs.map(function (job) { return job.path; }));
    entries = entries.filter(function (entry) { return entry.path && !JUNK.test(entry.path); });
    var fresh = entries.filter(function (entry) { return !seen.has(entry.path); }).map(function (entry) {
      return { path: entry.path, file: entry.file, state: "waiting", row: null };
    });
    if (!fresh.length) { return; }
    jobs = jobs.concat(fresh);
    fresh.forEach(function (job) { show(job, "waiting", texts.waiting); });
    announce(fresh);
  }

  function announce(fresh) {
    var limit = Number(place.dataset.limit);
    var archives = fresh.filter(function (job) { return /\.zip$/i.test(job.path); });
    var others = fresh.filter(function (job) { return archives.indexOf(job) < 0; });
    hashed(others.slice()).then(function () {
      var files = others.map(function (job) { return { path: job.path, size: job.file.size, sha256: job.sha256 || "" }; });
      return post(place.dataset.expect, JSON.stringify({ files: files }), { "Content-Type": "application/json" });
    }).then(function (answer) { return answer.json(); }).then(function (answer) {
      if (answer.error) { throw new Error(answer.error); }
      var wanted = new Set(answer.send);
      others.forEach(function (job, number) {
        if (job.file.size > limit) { show(job, "refused", texts.large); return; }
        job.wanted = wanted.has(job.path) || answer.send.length === others.length;
        if (!job.wanted) { show(job, "there", texts.there); }
        else { job.ready = true; }
      });
      archives.forEach(function (job) { job.ready = true; });
      refresh();
      next();
    }).catch(function (error) {
      fresh.forEach(function (job) { show(job, "failed", error.message && answerable(error) ? error.message : texts.failed); });
    });
  }

  function answerable(error) { return !(error instanceof TypeError) && !(error instanceof SyntaxError); }

  function next() {
    // One after another: a thin line is not made wider by sending two at once.
    var job = !running && jobs.find(function (one) { return one.state === "waiting" && one.ready; });
    if (job) { running += 1; send(job); } else if (!running && !busy()) { refresh(); }
  }

  function send(job) {
    var body = new FormData();
    body.append("path", job.path);
    body.append("files", job.file, job.file.name);
    var request = new XMLHttpRequest();
    show(job, "sending", texts.sending);
    request.open("POST", place.dataset.upload);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable && job.row) { job.row.lastChild.textContent = texts.sending + " " + Math.round(100 * event.loaded / event.total) + "%"; }
    });
    request.addEventListener("loadend", function () {
      running -= 1;
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (error) { /* no answer of ours */ }
      if (!answer || request.status >= 500) {
        job.tries = (job.tries || 0) + 1;
        if (job.tries < TRIES) { show(job, "waiting", texts.waiting); setTimeout(next, 500 * job.tries); return; }
        show(job, "failed", texts.failed);
      }
      else if (answer.error) { show(job, "refused", answer.error); }
      else {
        var refused = answer.files.filter(function (file) { return file.reason; });
        if (refused.length) { show(job, "refused", refused[0].reason); } else { show(job, "stored", texts.stored); }
      }
      next();
    });
    request.send(body);
  }

  retry.addEventListener("click", function () {
    var again = jobs.filter(function (job) { return job.state === "failed"; });
    again.forEach(function (job) { job.tries = 0; show(job, "waiting", texts.waiting); });
    announce(again);
  });

  place.querySelectorAll("input[type=file]").forEach(function (field) {
    field.addEventListener("change", function () {
      take(Array.from(field.files).map(function (file) { return { path: file.webkitRelativePath || file.name, file: file }; }));
      field.value = "";
    });
  });
  place.querySelector(".plain-send").hidden = true;

  // What is dropped may be folders within folders; a folder gives its entries by the hundred.
  function walk(entry, path, found) {
    if (entry.isFile) {
      return new Promise(function (done) {
        entry.file(function (file) { found.push({ path: path + entry.name, file: file }); done(); }, done);
      });
    }
    var reader = entry.createReader();
    function more() {
      return new Promise(function (done) { reader.readEntries(done, function () { done([]); }); }).then(function (entries) {
        if (!entries.length) { return null; }
        return Promise.all(entries.map(function (one) { return walk(one, path + entry.name + "/", found); })).then(more);
      });
    }
    return more();
  }

  ["dragenter", "dragover"].forEach(function (name) {
    place.addEventListener(name, function (event) { event.preventDefault(); place.dataset.over = "1"; });
  });
  ["dragleave", "drop"].forEach(function (name) {
    place.addEventListener(name, function (event) {
      if (name === "drop" || !place.contains(event.relatedTarget)) { delete place.dataset.over; }
    });
  });
  place.addEventListener("drop", function (event) {
    event.preventDefault();
    var items = Array.from(event.dataTransfer.items || []);
    var entries = items.map(function (item) { return item.webkitGetAsEntry && item.webkitGetAsEntry(); }).filter(Boolean);
    if (!entries.length) {
      take(Array.from(event.dataTransfer.files).map(function (file) { return { path: file.name, file: file }; }));
      return;
    }
    var found = [];
    Promise.all(entries.map(function (entry) { return walk(entry, "", found); })).then(function () { take(found); });
  });
  window.addEventListener("beforeunload", function (event) { if (busy()) { event.preventDefault(); } });

  // ---- the table ----
  var last = null;

  function boxes() { return Array.from(table.querySelectorAll("input[name=row]:not(:disabled)")); }
  function ticked() { return boxes().filter(function (one) { return one.checked; }).map(function (one) { return one.value; }); }
  function paint() {
    boxes().forEach(function (one) { one.closest("tr").classList.toggle("picked", one.checked); });
    var all = table.querySelector("[data-all]");
    if (all) { all.checked = boxes().length > 0 && ticked().length === boxes().length; }
  }

  table.addEventListener("click", function (event) {
    var one = event.target.closest("input[name=row]");
    if (!one) { return; }
    var rows = boxes();
    var from = last && rows.findIndex(function (row) { return row.value === last; });
    if (event.shiftKey && last !== null && from >= 0) {
      var to = rows.indexOf(one);
      rows.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (row) { row.checked = one.checked; });
    }
    last = one.value;
    paint();
  });
  table.addEventListener("change", function (event) {
    if (event.target.matches("[data-all]")) {
      boxes().forEach(function (one) { one.checked = event.target.checked; });
      paint();
    } else if (event.target.matches("[name^=title-],[name^=kind-],[name^=lesson-]")) {
      act("save", event.target.name);
    }
  });

  // Down the column with the arrows and Enter, as in a spreadsheet; Ctrl+D takes the cell above, Ctrl+Z undoes.
  table.addEventListener("keydown", function (event) {
    var cell = event.target.closest("td > input, td > select");
    var order = event.ctrlKey || event.metaKey;
    if (order && event.key.toLowerCase() === "z" && !event.target.matches("input:not([type=checkbox])")) {
      var undo = table.querySelector("[data-undo]");
      if (undo) { event.preventDefault(); act("undo"); }
      return;
    }
    if (!cell || !cell.name) { return; }
    var column = cell.name.split("-")[0];
    var cells = Array.from(table.querySelectorAll("[name^='" + column + "-']"));
    var at = cells.indexOf(cell);
    if (order && event.key.toLowerCase() === "d" && at > 0 && column !== "title") {
      event.preventDefault();
      cell.value = cells[at - 1].value;
      act("save", cells[at + 1] ? cells[at + 1].name : cell.name);
    } else if (event.key === "Enter" && cell.tagName === "INPUT") {
      event.preventDefault();
      if (cells[at + 1]) { cells[at + 1].focus(); } else { cell.blur(); }
    }
  });

  var waiting = Promise.resolve();
  function act(what, focus, keepBar) {
    waiting = waiting.then(function () { return doNow(what, focus, keepBar); });
    return waiting;
  }

  function doNow(what, focus) {
    var form = table.querySelector("form[data-rows]");
    if (!form) { return null; }
    var body = new FormData(form);
    body.set("do", what);
    var keep = what === "draft" ? [] : ticked();
    var whole = form.querySelector("[name=all]").checked;
    var open = form.querySelector("details.more").open;
    say(texts.saving);
    return fetch(form.action, { method: "POST", body: body, credentials: "same-origin", headers: { "X-Part": "table" } })
      .then(function (answer) { if (!answer.ok || answer.redirected) { throw new Error(answer.status); } return answer.text(); })
      .then(function (html) { put(html, keep, whole && what !== "draft", open, focus); })
      .catch(function () { say(texts.offline, "failed"); });
  }

  function say(words, state) {
    var saved = table.querySelector("[data-saved]");
    if (saved) { saved.textContent = words; saved.dataset.state = state || ""; }
  }

  function put(html, keep, whole, open, focus) {
    var active = document.activeElement;
    var name = focus || (active && table.contains(active) ? active.name : "");
    var at = active && table.contains(active) && active.name ? active.name : name;
    var typed = active && active.name === at && active.matches("input:not([type=checkbox])") ? active.value : null;
    var doing = active && active.name === "do" ? active.value : "";
    table.innerHTML = html;
    table.dataset.turn = Number(table.dataset.turn || 0) + 1;
    table.querySelectorAll("[data-scripted]").forEach(function (part) { part.hidden = false; });
    var form = table.querySelector("form[data-rows]");
    if (form) {
      boxes().forEach(function (one) { one.checked = keep.indexOf(one.value) >= 0; });
      form.querySelector("[name=all]").checked = whole;
      form.querySelector("details.more").open = open;
      paint();
      var back = doing ? form.querySelector("[name=do][value=" + doing + "]:not(.vh)") : at && form.elements[at];
      if (back && back.focus) {
        back.focus({ preventScroll: true });
        if (typed !== null && typeof back.value === "string" && /^(title|lesson)-/.test(at)) { back.value = typed; }
      }
    }
    poll();
  }

  // Sent in place; taken before the guard against a second press, which waits for a new page.
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-rows]")) { return; }
    event.preventDefault();
    act(event.submitter ? event.submitter.value : "save");
  }, true);

  function refresh() {
    return fetch(location.href, { credentials: "same-origin" }).then(function (answer) { return answer.text(); }).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html").querySelector("[data-table]");
      var form = table.querySelector("form[data-rows]");
      if (page && !(form && form.contains(document.activeElement) && document.activeElement.matches("td input, td select"))) {
        put(page.innerHTML, ticked(), Boolean(form && form.querySelector("[name=all]").checked), Boolean(form && form.querySelector("details.more").open), "");
      }
    }).catch(function () { /* the next one will do */ });
  }

  // ---- drafts that are being made ----
  var timer = null;
  function poll() {
    clearTimeout(timer);
    var notice = table.querySelector("[data-working]");
    if (!notice) { return; }
    timer = setTimeout(function () {
      fetch(table.dataset.progress, { credentials: "same-origin" }).then(function (answer) { return answer.json(); }).then(function (told) {
        var made = notice.querySelector("[data-made]");
        made.textContent = told.made + " / " + told.all;
        if (told.working) { poll(); } else { refresh(); }
      }).catch(poll);
    }, 1500);
  }
  poll();
})();
