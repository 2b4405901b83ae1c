/*
 * Coverage, network events, sites, heat, complaints and single cases, from this server's data tiles.
 *
 *   heatmapsData.layer({url, shown})  a Leaflet layer; `shown` is a Set of "heat", "surplus",
 *                                     "complaints", "singles", "events", "sites", "surveys",
 *                                     "counters" and technologies ("2G" … "5G")
 *   heatmapsData.tileLayers(shown)    the tile layers that those need, for the url's `layers`
 *   heatmapsData.technologies(shown)  those of them whose coverage is shown
 *   heatmapsData.swatch(name)         a small canvas for a legend
 *   heatmapsData.colour(technology)   of its coverage
 *   heatmapsData.eventColour(kind)    of an outage, works or new build
 */
(() => {
  "use strict";

  // Hue and hatching both tell technologies apart, so that neither is needed alone.
  const TECHNOLOGIES = {
    "2G": { colour: "#5f5f5f", hatch: "dots" },
    "3G": { colour: "#56b4e9", hatch: "falling" },
    "4G": { colour: "#0072b2", hatch: "rising" },
    "5G": { colour: "#009e73", hatch: "cross" },
  };
  const SITE_COLOUR = "#cc79a7";
  const COMPLAINT_COLOUR = "#6a3d9a";
  // From one complaint in a cell to 128 and more, doubling. Lightness alone tells them apart, and
  // few are fainter than many on a dark map, too.
  const HEAT = ["#fdd49e", "#fdbb84", "#fc8d59", "#ef6548", "#d7301f", "#b30000", "#7f0000", "#4d0000"];
  const WIDEST = 16; // pixels: nothing is drawn farther over a tile's edge

  const canvas = (side, draw) => {
    const made = document.createElement("canvas");
    made.width = made.height = side;
    draw(made.getContext("2d"));
    return made;
  };

  const HATCHES = {
    dots: [[2, 2, 3, 2], [10, 10, 11, 10]],
    falling: [[0, 0, 16, 16], [-8, 8, 8, 24], [8, -8, 24, 8]],
    rising: [[0, 16, 16, 0], [-8, 8, 8, -8], [8, 24, 24, 8]],
    cross: [[0, 8, 16, 8], [8, 0, 8, 16]],
  };
  const hatched = ({ colour, hatch }, indoor) =>
    canvas(16, (context) => {
      context.fillStyle = context.strokeStyle = colour;
      context.globalAlpha = indoor ? 0.2 : 0.1;
      context.fillRect(0, 0, 16, 16);
      context.globalAlpha = indoor ? 0.5 : 0.35;
      context.lineWidth = indoor ? 1.5 : 1;
      context.beginPath();
      for (const [x1, y1, x2, y2] of HATCHES[hatch]) {
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
      }
      context.stroke();
    });

  const warmth = (complaints) => Math.min(HEAT.length - 1, Math.floor(Math.log2(complaints)));
  const blobs = HEAT.map((colour, step) =>
    canvas(64, (context) => {
      context.globalAlpha = 0.5 + 0.5 * (step / HEAT.length);
      const glow = context.createRadialGradient(32, 32, 0, 32, 32, 32);
      glow.addColorStop(0, colour + "e6");
      glow.addColorStop(0.5, colour + "99");
      glow.addColorStop(1, colour + "00");
      context.fillStyle = glow;
      context.fillRect(0, 0, 64, 64);
    }),
  );

  class Heat {
    before(context) {
      context.globalAlpha = 1;
    }
    draw(context, [[point]], zoom, feature) {
      // A cell is 8 pixels wide up to zoom 13, where cells stop shrinking.
      const radius = Math.min(WIDEST, 8 * 2 ** Math.max(0, zoom - 13));
      const blob = blobs[warmth(feature.props.complaints)];
      context.drawImage(blob, point.x - radius, point.y - radius, 2 * radius, 2 * radius);
    }
  }

  class Sites {
    before(context) {
      context.globalAlpha = 1;
      context.fillStyle = SITE_COLOUR;
      context.strokeStyle = "#ffffff";
      context.lineWidth = 1.5;
    }
    draw(context, [[point]], zoom) {
      const size = zoom < 12 ? 4 : 7;
      context.beginPath();
      context.moveTo(point.x, point.y - size);
      context.lineTo(point.x + size, point.y + size);
      context.lineTo(point.x - size, point.y + size);
      context.closePath();
      context.stroke();
      context.fill();
    }
  }

  // Above what is usual, from clearly to far; and below. Warm and cold hues, told apart by everybody.
  const ABOVE = ["#fdb863", "#e66101", "#b30000"];
  const BELOW = "#5e81b5";
  const surplusLook = (sigmas) =>
    sigmas < 0 ? { colour: BELOW, size: 0.5 } : { colour: ABOVE[sigmas < 3 ? 0 : sigmas < 6 ? 1 : 2], size: 1 };

  class Surplus {
    before(context) {
      context.strokeStyle = "rgb(0 0 0 / 0.35)";
      context.lineWidth = 0.5;
    }
    draw(context, [[point]], zoom, feature) {
      const look = surplusLook(feature.props.sigmas);
      // A cell is 16 pixels wide up to zoom 13, where cells stop shrinking.
      const half = Math.min(WIDEST, 8 * 2 ** Math.max(0, zoom - 13)) * look.size;
      context.globalAlpha = 0.65;
      context.fillStyle = look.colour;
      context.fillRect(point.x - half, point.y - half, 2 * half, 2 * half);
      context.strokeRect(point.x - half, point.y - half, 2 * half, 2 * half);
    }
  }

  // Shares that failed, from which a cell is drawn as above what is usual.
  const MEASURED = { surveys: [0.25, 0.5, 0.75], counters: [0.01, 0.03, 0.1] };

  class Measured extends Surplus {
    constructor(shares) {
      super();
      this.shares = shares;
    }
    draw(context, place, zoom, { props }) {
      const step = this.shares.filter((share) => props.failed / props.tried >= share).length;
      super.draw(context, place, zoom, { props: { sigmas: [-1, 1, 4, 7][step] } });
    }
  }

  const EVENTS = { outage: "#b91c1c", works: "#4338ca", build: "#52525b" };
  const EVENT_SIGNS = { outage: "!", works: "⚒", build: "+" };

  class EventMarks {
    before(context) {
      context.globalAlpha = 1;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 1.5;
      context.strokeStyle = "#ffffff";
    }
    draw(context, [[point]], zoom, feature) {
      const { kind } = feature.props;
      context.fillStyle = EVENTS[kind];
      context.beginPath();
      // An outage is a triangle, works are a square, new build is a circle.
      if (kind === "outage") {
        context.moveTo(point.x, point.y - 11);
        context.lineTo(point.x + 11, point.y + 8);
        context.lineTo(point.x - 11, point.y + 8);
        context.closePath();
      } else if (kind === "works") context.rect(point.x - 8, point.y - 8, 16, 16);
      else context.arc(point.x, point.y, 8, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
      context.fillStyle = "#ffffff";
      context.font = "bold 12px sans-serif";
      context.fillText(EVENT_SIGNS[kind], point.x, point.y + 1);
    }
  }

  const BANDS = { 1: "#8b1503", 2: "#a06700", 3: "#0072b2", 4: "#6b7280" }; // as in map.css

  class Singles {
    before(context) {
      context.globalAlpha = 1;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.strokeStyle = "#ffffff";
      context.lineWidth = 1.5;
    }
    draw(context, [[point]], zoom, feature) {
      const { cases, band } = feature.props;
      const half = cases > 1 ? 11 : 7;
      // Diamonds: no spot has that shape.
      context.fillStyle = BANDS[band];
      context.beginPath();
      context.moveTo(point.x, point.y - half);
      context.lineTo(point.x + half, point.y);
      context.lineTo(point.x, point.y + half);
      context.lineTo(point.x - half, point.y);
      context.closePath();
      context.fill();
      context.stroke();
      if (cases > 1) {
        context.fillStyle = "#ffffff";
        context.font = "bold 10px sans-serif";
        context.fillText(cases > 99 ? "99+" : cases, point.x, point.y);
      }
    }
  }

  const eventAreas = (kind) => ({
    dataLayer: "events",
    filter: (_, { props }) => props.kind === kind,
    symbolizer: new protomapsL.PolygonSymbolizer({ fill: EVENTS[kind], opacity: 0.15, stroke: EVENTS[kind], width: 2 }),
  });

  const coverageRules = (technology) =>
    [false, true].map((indoor) => ({
      dataLayer: "coverage",
      filter: (_, { props }) =>
        props.technology === technology && (props.level === "indoor") === indoor,
      symbolizer: new protomapsL.PolygonSymbolizer({
        pattern: hatched(TECHNOLOGIES[technology], indoor),
      }),
    }));

  const RULES = {
    heat: () => [{ dataLayer: "heat", symbolizer: new Heat() }],
    surplus: () => [{ dataLayer: "surplus", symbolizer: new Surplus() }],
    events: () => [
      ...Object.keys(EVENTS).map(eventAreas),
      { dataLayer: "event_marks", symbolizer: new EventMarks() },
    ],
    singles: () => [{ dataLayer: "singles", symbolizer: new Singles() }],
    complaints: () => [
      {
        dataLayer: "complaints",
        symbolizer: new protomapsL.CircleSymbolizer({
          radius: 4,
          fill: COMPLAINT_COLOUR,
          stroke: "#ffffff",
          width: 1.5,
          opacity: 1,
        }),
      },
    ],
    sites: () => [{ dataLayer: "sites", symbolizer: new Sites() }],
  };
  for (const technology of Object.keys(TECHNOLOGIES)) {
    RULES[technology] = () => coverageRules(technology);
  }
  for (const [name, shares] of Object.entries(MEASURED)) {
    RULES[name] = () => [{ dataLayer: name, symbolizer: new Measured(shares) }];
  }
  // bottom to top
  const ORDER = [...Object.keys(TECHNOLOGIES), ...Object.keys(MEASURED), "surplus", "heat", "events", "complaints", "singles", "sites"];

  const layer = ({ url, shown }) =>
    protomapsL.leafletLayer({
      url,
      maxDataZoom: 16,
      attribution: "",
      paintRules: ORDER.filter((name) => shown.has(name)).flatMap((name) => RULES[name]()),
      labelRules: [],
    });

  const tileLayers = (shown, { all = false } = {}) => [
    ...new Set(
      [...(all ? ["spots"] : []), ...ORDER]
        .filter((name) => shown.has(name))
        .map((name) => (name in TECHNOLOGIES ? "coverage" : name)),
    ),
  ];

  const technologies = (shown) => Object.keys(TECHNOLOGIES).filter((name) => shown.has(name));

  const swatch = (name) =>
    canvas(16, (context) => {
      const middle = [[{ x: 8, y: 8 }]];
      if (name in TECHNOLOGIES) {
        context.drawImage(hatched(TECHNOLOGIES[name], false), 0, 0, 8, 16, 0, 0, 8, 16);
        context.drawImage(hatched(TECHNOLOGIES[name], true), 8, 0, 8, 16, 8, 0, 8, 16);
      } else if (name === "surplus" || name in MEASURED) {
        [BELOW, ...ABOVE].forEach((colour, step) => {
          context.fillStyle = colour;
          context.fillRect(step * 4, 0, 4, 16);
        });
      } else if (name in EVENTS) {
        context.scale(0.7, 0.7);
        context.translate(3.5, 4);
        const marks = new EventMarks();
        marks.before(context);
        marks.draw(context, middle, 14, { props: { kind: name } });
      } else if (name === "heat") {
        HEAT.forEach((colour, step) => {
          context.fillStyle = colour;
          context.fillRect(step * 2, 0, 2, 16);
        });
      } else {
        const [{ symbolizer }] = RULES[name]();
        if (symbolizer.before) symbolizer.before(context);
        symbolizer.draw(context, middle, 14, { props: { cases: 1, band: 3 } });
      }
    });

  const eventColour = (kind) => EVENTS[kind];
  const colour = (technology) => TECHNOLOGIES[technology]?.colour ?? "#7a7a7a";

  window.heatmapsData = { layer, tileLayers, technologies, swatch, colour, eventColour };
})();
