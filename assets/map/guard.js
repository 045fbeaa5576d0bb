// Says in words what could not be loaded. It is the first script of the map's frame
// and needs nothing else, so that a missing script never leaves a silent blank.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  tideline.say = function (text, again) {
    let box = document.getElementById("tl-say");
    if (!text) {
      if (box) box.remove();
      return;
    }
    if (!box) {
      box = document.createElement("div");
      box.id = "tl-say";
      box.setAttribute("role", "alert");
      box.style.cssText =
        "position:fixed;inset:12px 12px auto 12px;z-index:2000;padding:10px 14px;" +
        "border-radius:8px;background:#fff4e5;color:#4a2c00;border:1px solid #e0a050;" +
        "font:14px/1.45 system-ui,sans-serif";
      document.body.appendChild(box);
    }
    box.textContent = text;
    if (again) {
      const button = document.createElement("button");
      button.textContent = tideline.t ? tideline.t("Try again") : "Try again";
      button.style.cssText = "margin-inline-start:10px;font:inherit;cursor:pointer";
      button.addEventListener("click", function () {
        tideline.say("");
        again();
      });
      box.appendChild(button);
    }
  };

  // A script or style that fails tells its own element only: listen while capturing.
  window.addEventListener(
    "error",
    function (event) {
      const address = event.target && (event.target.src || event.target.href);
      if (!address || event.target.tagName === "IMG") return;
      const name = String(address).split("/").pop().split("?")[0];
      tideline.say(
        "The map cannot be drawn: " + name + " did not load from this server. " +
          "Reload the page; the table below lists the same events."
      );
    },
    true
  );
})();
