/* Cards of the board can be carried: to a lane, or before another card of their own lane.
   Everything here is also in the menu "Move to…" of each card, which needs no script. */
(function () {
  "use strict";
  var board = document.querySelector("[data-board]");
  var mover = document.querySelector("[data-mover]");
  if (!board || !mover) { return; }
  var carried = null;

  /* The card's own link says it: a uuid once more in each card would be two kilobytes a board. */
  function uuidOf(item) {
    return /\/tasks\/([^/]+)/.exec(item.querySelector("a[href*='/tasks/']").href)[1];
  }

  function address(item, end) {
    return "../../tasks/" + uuidOf(item) + "/" + end + "/";
  }

  function send(item, end, fields) {
    mover.action = address(item, end);
    mover.elements.to.value = fields.to || "";
    mover.elements.before.value = fields.before || "";
    mover.submit();
  }

  function onto(target) {
    board.querySelectorAll(".onto").forEach(function (one) { one.classList.remove("onto"); });
    if (target) { target.classList.add("onto"); }
  }

  function targetOf(event) {
    var lane = event.target.closest("[data-to]");
    if (!lane || !carried) { return null; }
    var own = carried.closest("[data-to]") === lane;
    var card = event.target.closest("[data-task]");
    if (own) { return card && card !== carried ? card : null; }
    return lane;
  }

  board.querySelectorAll("[data-task]").forEach(function (item) { item.draggable = true; });

  board.addEventListener("dragstart", function (event) {
    carried = event.target.closest && event.target.closest("[data-task]");
    if (!carried) { return; }
    carried.classList.add("carried");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", uuidOf(carried));
  });
  board.addEventListener("dragend", function () {
    if (carried) { carried.classList.remove("carried"); }
    carried = null;
    onto(null);
  });
  board.addEventListener("dragover", function (event) {
    var target = targetOf(event);
    onto(target);
    if (target) { event.preventDefault(); }
  });
  board.addEventListener("drop", function (event) {
    var target = targetOf(event);
    if (!target) { return; }
    event.preventDefault();
    if ("task" in target.dataset) { send(carried, "place", { before: uuidOf(target) }); return; }
    // A phase is reached by its action alone: the page that offers it says so, or why not.
    if (target.dataset.to.indexOf("phase:") === 0) {
      location.assign(address(carried, "move") + "?to=" + target.dataset.to);
      return;
    }
    send(carried, "move", { to: target.dataset.to });
  });
})();
