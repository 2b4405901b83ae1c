/*
 * The street map under every map, drawn from this server's own tiles: needs no internet. Where
 * a setting names a provider of raster tiles, theirs.
 *
 *   heatmapsBaseLayer(map)            adds it to a Leaflet map, and redraws it when the page
 *                                     turns light or dark
 *   heatmapsTheme.isDark()            what the page is now
 *   heatmapsTheme.onChange(callback)  called with true (dark) or false when that changes;
 *                                     returns a function that ends it
 */
(() => {
  "use strict";

  const script = document.currentScript;

  const LIGHT = {
    land: "#f4f4f2",
    area: { water: "#b5d3e7", forest: "#cfe3c3", park: "#dcead2", "": "#e8e8e2" },
    building: "#dcd5cd",
    road: "#ffffff",
    mainRoad: "#f7d488",
    casing: "#cfc9bf",
    text: "#3f3f46",
    halo: "#ffffff",
  };
  const DARK = {
    land: "#15191f",
    area: { water: "#1b3142", forest: "#1b2a22", park: "#1e2f26", "": "#1c2128" },
    building: "#262d37",
    road: "#3a4452",
    mainRoad: "#5a5340",
    casing: "#0f1216",
    text: "#cbd5e1",
    halo: "#15191f",
  };

  // pixels at zoom 14; the others are small streets
  const ROAD_WIDTHS = { motorway: 6, trunk: 6, primary: 5, secondary: 4, tertiary: 3.5, residential: 2.5 };
  const MAIN_ROADS = new Set(["motorway", "trunk", "primary"]);

  const roadWidth = (zoom, feature) => {
    const width = ROAD_WIDTHS[feature.props.cls] || 1.5;
    return Math.max(0.6, width * 1.4 ** (zoom - 14));
  };
  const areaKind = (feature) => {
    const kind = feature.props.cls;
    if (kind === "wood") return "forest";
    return kind in LIGHT.area ? kind : "";
  };

  const paintRules = (colours) => [
    {
      dataLayer: "areas",
      symbolizer: new protomapsL.PolygonSymbolizer({
        fill: (_, feature) => colours.area[areaKind(feature)],
        perFeature: true,
      }),
    },
    {
      dataLayer: "buildings",
      minzoom: 14,
      symbolizer: new protomapsL.PolygonSymbolizer({ fill: colours.building }),
    },
    {
      dataLayer: "roads",
      minzoom: 13,
      symbolizer: new protomapsL.LineSymbolizer({
        color: colours.casing,
        width: (zoom, feature) => roadWidth(zoom, feature) + 1.5,
        lineCap: "round",
        lineJoin: "round",
        perFeature: true,
      }),
    },
    {
      dataLayer: "roads",
      symbolizer: new protomapsL.LineSymbolizer({
        color: (_, feature) => (MAIN_ROADS.has(feature.props.cls) ? colours.mainRoad : colours.road),
        width: roadWidth,
        lineCap: "round",
        lineJoin: "round",
        perFeature: true,
      }),
    },
  ];

  const labelRules = (colours) => [
    {
      dataLayer: "places",
      symbolizer: new protomapsL.CenteredTextSymbolizer({
        labelProps: ["name"],
        fill: colours.text,
        stroke: colours.halo,
        width: 3,
        font: (_, feature) =>
          feature && feature.props.cls === "city" ? "600 14px sans-serif" : "500 12px sans-serif",
      }),
    },
    {
      dataLayer: "roads",
      minzoom: 15,
      symbolizer: new protomapsL.LineLabelSymbolizer({
        labelProps: ["name"],
        fill: colours.text,
        stroke: colours.halo,
        width: 3,
        font: "500 11px sans-serif",
      }),
    },
  ];

  const raster = () =>
    L.tileLayer(script.dataset.raster, {
      attribution: script.dataset.attribution || "",
      maxZoom: 19,
      className: "map-raster",
    });
  const drawn = (dark) => {
    if (script.dataset.raster) return raster();
    const colours = dark ? DARK : LIGHT;
    return protomapsL.leafletLayer({
      url: script.dataset.tiles,
      maxDataZoom: 16,
      backgroundColor: colours.land,
      attribution: script.dataset.attribution || "",
      paintRules: paintRules(colours),
      labelRules: labelRules(colours),
    });
  };

  const isDark = () => document.documentElement.classList.contains("dark");
  const onChange = (callback) => {
    let was = isDark();
    const observer = new MutationObserver(() => {
      if (isDark() !== was) {
        was = isDark();
        callback(was);
      }
    });
    observer.observe(document.documentElement, { attributeFilter: ["class"] });
    return () => observer.disconnect();
  };

  // What Leaflet itself says, in the reader's language.
  const words = script.dataset;
  L.Control.Zoom.mergeOptions({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut });
  const addLayers = L.Control.Layers.prototype.onAdd;
  L.Control.Layers.include({
    onAdd(map) {
      const control = addLayers.call(this, map);
      control.querySelector(".leaflet-control-layers-toggle").title = words.layers;
      return control;
    },
  });
  L.Control.Scale.include({
    _updateMetric(most) {
      const metres = this._getRoundNum(most);
      const label = metres < 1000 ? `${metres} ${words.metres}` : `${metres / 1000} ${words.kilometres}`;
      this._updateScale(this._mScale, label, metres / most);
    },
  });
  const nameCloseButton = ({ popup }) => {
    const button = popup.getElement().querySelector(".leaflet-popup-close-button");
    if (button) button.setAttribute("aria-label", words.close);
  };

  window.heatmapsTheme = { isDark, onChange };
  window.heatmapsBaseLayer = (map) => {
    // Leaflet's own prefix is a link to another server.
    if (map.attributionControl) map.attributionControl.setPrefix("Leaflet");
    map.on("popupopen", nameCloseButton);
    let layer = null;
    const draw = (dark) => {
      if (layer) layer.remove();
      layer = drawn(dark).addTo(map);
      layer.bringToBack();
      map.getContainer().style.background = (dark ? DARK : LIGHT).land;
    };
    draw(isDark());
    // Else every map that a page ever had is kept, and drawn on.
    map.on("unload", onChange(draw));
  };
})();
