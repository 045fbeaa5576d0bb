// The map's words in the reader's language: the same catalogues as the page's. English
// is the key, and what is said where no catalogue or no entry is there.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
  const LEFT = /(?![\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])\p{L}/u;
  const STEER = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/; // signs that only set a direction
  const END = "\u2069";
  const ENGLISH = { code: "en", direction: "ltr", words: {}, counted: {} };
  let spoken = ENGLISH;
  let rules = new Intl.PluralRules("en");

  const has = (table, key) => Object.prototype.hasOwnProperty.call(table, key);

  // Whether each isolate in a name ends in it.
  function isClosed(name) {
    let depth = 0;
    for (const sign of name) {
      if (sign === END) depth--;
      else if (sign >= "\u2066" && sign <= "\u2068") depth++;
      if (depth < 0) return false;
    }
    return depth === 0;
  }

  // Keep a name from turning the sentence that it stands in.
  function isolated(name) {
    const foreign = spoken.direction === "ltr" ? RIGHT : LEFT;
    if (!foreign.test(name) && !STEER.test(name)) return name;
    return "\u2068" + (isClosed(name) ? name : name.replace(/[\u2066-\u2069]/g, "")) + END;
  }

  function form(text, values) {
    if (has(spoken.counted, text)) {
      const forms = spoken.counted[text];
      return forms[rules.select(values.n)] || forms.other;
    }
    return has(spoken.words, text) ? spoken.words[text] : text;
  }

  // Say an English text in the reader's language. `values` stand in its {placeholders}
  // as they are; `n` is a count, which chooses the plural form.
  tideline.t = function (text, values = {}) {
    return form(text, values).replace(/\{([a-z_]+)\}/g, (whole, name) => {
      if (!has(values, name)) return whole;
      const value = values[name];
      return name === "n" ? value.toLocaleString("en") : isolated(String(value));
    });
  };

  // Speak a catalogue from now on; without one, English. The frame turns with it.
  tideline.speak = function (catalogue) {
    spoken = catalogue || ENGLISH;
    rules = new Intl.PluralRules(spoken.code);
    document.documentElement.lang = spoken.code;
    document.documentElement.dir = spoken.direction;
  };

  tideline.spoken = () => ({ code: spoken.code, direction: spoken.direction });

  // An actor's name in the reader's language, else the one that it goes by.
  tideline.actorName = (actor) => (actor.names && actor.names[spoken.code]) || actor.name;

  // The name of a month, counted from 0, as short as its letters allow: Mar.
  tideline.shortMonth = function (month) {
    if (!spoken.months) return String(month + 1);
    const name = spoken.months[month];
    return LEFT.test(name) ? name.slice(0, 3) : name;
  };

  // Write out a day, counted from 1970-01-01: 2 March 2017.
  tideline.dayWords = function (day) {
    const date = new Date(day * 86400000);
    if (!spoken.months) return tideline.calendar.iso(day);
    const month = spoken.months[date.getUTCMonth()];
    return tideline.t("{day} {month} {year}", {
      day: date.getUTCDate(), month, year: date.getUTCFullYear(),
    });
  };
})();
