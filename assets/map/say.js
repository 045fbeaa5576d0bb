// The words of the map in the reader's language: the English text is the key.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  tideline.t = function (text, values) {
    const filled = values || {};
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in filled ? String(filled[name]) : whole));
  };
})();
