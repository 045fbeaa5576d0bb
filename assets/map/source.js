// Where the map's data and words come from: this server's routes. A file that carries
// its own data puts another source of the same form in this place.
(function () {
  "use strict";
  const tideline = (window.tideline = window.tideline || {});

  async function ask(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }

  // `root` is the address of the routes, with a slash at its end.
  tideline.Server = class {
    constructor(root) {
      this.root = root;
    }

    // The columns of that name, as bytes.
    async events(name) {
      return (await ask(this.root + "data/" + name + "/events.bin")).arrayBuffer();
    }

    // A chunk of words: [headline, line on its source] for each event.
    async words(name, language, chunk) {
      const address = this.root + "data/" + name + "/words/" + language + "/" + chunk + ".json";
      return (await ask(address)).json();
    }

    // A file of the basemap: "world" (TopoJSON) or "cities".
    async outline(name) {
      return (await ask(this.root + "basemap/" + name + ".json")).json();
    }

    // The tiles that this server was set up to offer beside OpenStreetMap's.
    async tiles() {
      return (await ask(this.root + "tiles.json")).json();
    }

    // A layer of other people's data: its name, and columns of numbers.
    async others(number) {
      return (await ask(this.root + "layers/" + Number(number) + ".json")).json();
    }

    // The words of one of its events.
    async othersWords(number, event) {
      return (await ask(this.root + "layers/" + Number(number) + "/" + Number(event) + ".json")).json();
    }

    // How much was done to the store since an act: {reports, changes}.
    async news(act) {
      return (await ask(this.root + "news/" + Number(act) + ".json")).json();
    }

    // The catalogue of a language.
    async language(code) {
      return (await ask(this.root + "language/" + code + ".json")).json();
    }
  };
})();
