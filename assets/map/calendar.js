// Days counted from 1970-01-01 in the calendar that Python's dates are in: the Gregorian
// one throughout, without time zones, from year 1 to year 9999.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});
  const DAY_MS = 86400000;
  const MONDAY = -3; // 29 December 1969; what counts weeks counts them from here

  const dateOf = (day) => new Date(day * DAY_MS);

  // `month` counts from 0 and may lie outside the year. Date.UTC would read year 15 as 1915.
  function dayOf(year, month, day) {
    return new Date(0).setUTCFullYear(year, month, day) / DAY_MS;
  }

  function monthOf(day) {
    const date = dateOf(day);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  }

  // The same day of a later month, or the last of that month where it has no such day.
  function monthsLater(day, months) {
    const month = monthOf(day) + months;
    return Math.min(dayOf(0, month, dateOf(day).getUTCDate()), dayOf(0, month + 1, 0));
  }

  function iso(day) {
    return dateOf(day).toISOString().slice(0, 10);
  }

  // The day that an ISO date names, or null where it names none.
  function parse(text) {
    const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    if (!found) return null;
    const day = dayOf(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
    return iso(day) === text ? day : null;
  }

  const days = (count) => ({
    length: count,
    start: (day) => Math.floor((day - MONDAY) / count) * count + MONDAY,
    next: (start) => start + count,
  });

  const months = (count) => ({
    length: count * 30.436875,
    start: (day) => dayOf(0, Math.floor(monthOf(day) / count) * count, 1),
    next: (start) => dayOf(0, monthOf(start) + count, 1),
  });

  // The beginnings of a unit's stretches of time, from the one that `from` lies in.
  function starts(unit, from, to) {
    const found = [];
    for (let at = unit.start(from); at < to; at = unit.next(at)) found.push(at);
    return found;
  }

  tideline.calendar = {
    FIRST: dayOf(1, 0, 1), LAST: dayOf(9999, 11, 31),
    days, months, starts, iso, parse, monthsLater,
    year: (day) => dateOf(day).getUTCFullYear(),
    month: (day) => dateOf(day).getUTCMonth(),
    date: (day) => dateOf(day).getUTCDate(),
  };
})();
