// Curves over time, drawn by uPlot; each with buttons that hide a curve, and
// its numbers as a table.
import {h, table} from "./dom.js";

const charts = [];
// Between two marks of the time, in seconds.
const WHOLE_MINUTES = [60, 120, 300, 600, 900, 1800];

function colour(name) {
  return getComputedStyle(document.documentElement)
      .getPropertyValue(`--${name}`).trim();
}

function timeOfDay(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB",
      {hour: "2-digit", minute: "2-digit"});
}

// Dashed lines across the chart: limits are {value, colour}.
function drawLimits(limits) {
  return (plot) => {
    const {ctx, bbox} = plot;
    ctx.save();
    ctx.setLineDash([6, 6]);
    for (const limit of limits()) {
      const y = plot.valToPos(limit.value, "y", true);
      if (y < bbox.top || y > bbox.top + bbox.height) continue;
      ctx.strokeStyle = colour(limit.colour);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  };
}

export class Chart {
  // series: [{name, colour}]; show: how a number is written; limits: a
  // function that gives [{value, colour}].
  constructor(figure, title, series, show, limits = () => []) {
    Object.assign(this, {series, show, limits});
    this.data = [[], ...series.map(() => [])];
    this.hidden = new Set();
    this.place = h("div", {class: "chart", role: "img", "aria-label":
      `${title}: the numbers are in the table below`});
    this.readings = series.map(() => h("span", {class: "reading"}));
    const buttons = series.map((one, index) => this.button(one, index));
    this.numbers = h("div", {class: "scroll", tabindex: "0", role: "region",
      "aria-label": `${title}, numbers`});
    this.details = h("details", {toggle: () => this.tabulate()},
        h("summary", {}, "Numbers"), this.numbers);
    figure.append(h("figcaption", {}, title),
        h("div", {class: "legend", role: "group", "aria-label": "Curves shown"},
            buttons), this.place, this.details);
    charts.push(this);
    new ResizeObserver(() => this.resize()).observe(this.place);
  }

  button(one, index) {
    const button = h("button", {type: "button", "aria-pressed": "true", click:
      () => {
        const shown = this.hidden.has(index);
        if (shown) this.hidden.delete(index);
        else this.hidden.add(index);
        button.setAttribute("aria-pressed", String(shown));
        this.plot?.setSeries(index + 1, {show: shown});
      }}, `${one.name} `, this.readings[index]);
    button.style.setProperty("--key", `var(--${one.colour})`);
    return button;
  }

  // data: seconds since 1970, then a column for each series.
  set(data) {
    this.data = data;
    this.read();
    if (this.plot) this.plot.setData(data);
    else this.draw();
    this.tabulate();
  }

  draw() {
    this.plot?.destroy();
    this.plot = null;
    const width = this.place.clientWidth;
    if (width === 0) return;
    const axis = {stroke: colour("soft-ink"), grid: {stroke: colour("line"),
      width: 1}, ticks: {show: false}, font: this.font()};
    this.plot = new uPlot({
      width, height: this.height(), legend: {show: false},
      cursor: {drag: {x: false, y: false}},
      scales: {y: {range: (plot, low, high) => [0, this.top(high)]}},
      axes: [{...axis, size: 2 * this.rem(), incrs: WHOLE_MINUTES,
        values: (plot, ticks) => ticks.map(timeOfDay)}, {...axis,
        size: 4.2 * this.rem(),
        values: (plot, ticks) => ticks.map(this.show)}],
      series: [{}, ...this.series.map((one, index) => ({
        stroke: colour(one.colour), width: 2, points: {show: false},
        show: !this.hidden.has(index)}))],
      hooks: {draw: [drawLimits(this.limits)], setCursor: [(plot) =>
        this.read(plot.cursor.idx)]},
    }, this.data, this.place);
  }

  // The numbers beside the names: of the time pointed at, or the latest.
  read(index) {
    this.series.forEach((one, number) => {
      this.readings[number].textContent =
        this.shown(this.data[number + 1].at(index ?? -1), "");
    });
  }

  shown(value, nothing) {
    return value === undefined || value === null ? nothing : this.show(value);
  }

  top(high) {
    const limit = this.limits()[0]?.value ?? 0;
    return Math.max((high || 0) * 1.1, limit * 1.25, 0.001);
  }

  rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  font() {
    return `${0.8 * this.rem()}px ${getComputedStyle(document.body).fontFamily}`;
  }

  height() {
    return Math.round(13 * this.rem());
  }

  resize() {
    if (!this.plot) this.draw();
    else if (this.place.clientWidth > 0) {
      this.plot.setSize({width: this.place.clientWidth, height: this.height()});
    }
  }

  // The last ten samples; only while somebody looks.
  tabulate() {
    if (!this.details.open) return;
    const first = Math.max(0, this.data[0].length - 10);
    const rows = this.data[0].slice(first).map((time, index) => first + index);
    this.numbers.replaceChildren(table(null, [
      ["time", (row) => new Date(this.data[0][row] * 1000)
          .toLocaleTimeString("en-GB")],
      ...this.series.map((one, index) => [one.name, (row) =>
        this.shown(this.data[index + 1][row], "–"), true]),
    ], rows.reverse()));
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const chart of charts) chart.draw();
});
