// Curves of several runs over each other, with a line that follows the pointer or the arrow keys.
import { h, svg as s, number } from './ui.js';

// An exponential mean, without the pull to zero at its beginning.
export function smooth(values, share) {
  let mean = 0, weight = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) return value;
    mean = share * mean + (1 - share) * value;
    weight = share * weight + 1 - share;
    return mean / weight;
  });
}

function ticks(low, high, count, log) {
  if (log) {
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const one of [1, 2, 5]) if (one * 10 ** power >= low && one * 10 ** power <= high) found.push(one * 10 ** power);
    return found.length > count * 2 ? found.filter(x => Number.isInteger(Math.log10(x))) : found;
  }
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map(x => x * power).find(x => x >= rough);
  const found = [];
  for (let x = Math.ceil(low / step) * step; x <= high + step * 1e-9; x += step) found.push(+x.toPrecision(12));
  return found;
}

// series: [{ name, color: 1…6, values, raw }]
export function chart(label, series, { log = false, width = matchMedia('(max-width: 860px)').matches ? 380 : 1120, height = width > 600 ? 320 : 240 } = {}) {
  const [left, right, top, bottom] = [56, 14, 10, 26];
  const all = series.flatMap(one => one.values).filter(x => Number.isFinite(x) && (!log || x > 0));
  if (all.length === 0) return h('p', { class: 'hint' }, '–');
  const last = Math.max(...series.map(one => one.values.length));
  let low = Math.min(...all), high = Math.max(...all);
  if (low === high) { low -= Math.abs(low) / 2 || 1; high += Math.abs(high) / 2 || 1; if (log) low = high / 10; }
  const y = log ? x => top + (height - top - bottom) * (1 - Math.log(x / low) / Math.log(high / low)) : x => top + (height - top - bottom) * (1 - (x - low) / (high - low));
  const x = i => last < 2 ? (left + width - right) / 2 : left + (width - left - right) * i / (last - 1);
  const svg = s('svg', { viewBox: `0 0 ${width} ${height}`, class: 'plot', role: 'img', tabindex: 0, 'aria-label': `${label}: ${series.map(one => `${one.name} ${number(one.values.at(-1))}`).join('; ')}` });
  for (const value of ticks(low, high, 5, log)) svg.append(s('line', { class: 'grid', x1: left, x2: width - right, y1: y(value), y2: y(value) }), s('text', { class: 'y', x: left - 8, y: y(value) }, number(value, 3)));
  for (const value of ticks(1, Math.max(2, last), width / 90).filter(value => Number.isInteger(value) && value <= last)) svg.append(s('text', { class: 'x', x: x(value - 1), y: height - 6 }, value));
  const path = values => values.reduce((d, value, i) => Number.isFinite(value) && (!log || value > 0) ? `${d}${d && Number.isFinite(values[i - 1]) ? 'L' : 'M'}${x(i).toFixed(1)},${y(value).toFixed(1)}` : d, '');
  for (const one of series) {
    if (one.raw) svg.append(s('path', { class: `line faint s${one.color}`, d: path(one.raw.map(value => Math.min(high, Math.max(low, value)))) }));
    svg.append(s('path', { class: `line s${one.color}`, d: path(one.values) }));
    // A point alone is no line.
    const drawn = one.values.flatMap((value, i) => Number.isFinite(value) && (!log || value > 0) ? [i] : []);
    if (drawn.length === 1) svg.append(s('circle', { class: `s${one.color}`, cx: x(drawn[0]), cy: y(one.values[drawn[0]]), r: 4 }));
  }
  const cross = s('line', { class: 'cross', y1: top, y2: height - bottom, visibility: 'hidden' });
  svg.append(cross);
  const tip = h('div', { class: 'tip', role: 'status', hidden: true });
  let at = -1;
  function point(i) {
    at = Math.min(last - 1, Math.max(0, i));
    cross.setAttribute('x1', x(at));
    cross.setAttribute('x2', x(at));
    cross.setAttribute('visibility', 'visible');
    tip.hidden = false;
    tip.replaceChildren(h('b', {}, String(at + 1)), ...series.map(one => h('span', { class: `s${one.color}` }, h('i', { 'aria-hidden': 'true' }), `${one.name} `, h('b', {}, number(one.values[at])))));
    tip.style.setProperty('--x', `${(x(at) / width * 100).toFixed(1)}%`);
    tip.classList.toggle('turned', x(at) > width * 0.6);
  }
  const hide = () => { tip.hidden = true; cross.setAttribute('visibility', 'hidden'); };
  svg.addEventListener('pointermove', e => { const box = svg.getBoundingClientRect(); point(Math.round(((e.clientX - box.left) / box.width * width - left) / (width - left - right) * (last - 1))); });
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', e => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[e.key];
    if (step) { e.preventDefault(); point((at < 0 ? last - 1 : at) + step); }
  });
  return h('div', { class: 'chart' }, svg, tip);
}
