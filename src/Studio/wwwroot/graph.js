// A network as a graph: what reads what, from the top down.
import { h, svg, large } from './ui.js';
import { t } from './strings.js';

const width = 168, lineHeight = 17, gapX = 22, gapY = 26, most = 400, longest = 3;

const kinds = [[/Conv|Gemm|MatMul|Einsum/, 1], [/Norm/, 4], [/Pool|Resize|Upsample|DepthToSpace|Pad/, 3], [/Relu|Sigmoid|Tanh|Elu|Gelu|Softmax|Swish|Clip|Erf|LeakyRelu|PRelu/, 2]];
const colorOf = operator => kinds.find(([kind]) => kind.test(operator))?.[1] ?? 6;

// Layers without weights of their own follow the one before them in its box, where nothing else reads that.
function boxes(summary) {
  const layers = summary.layers.filter(layer => layer.depth === 0), makes = new Map();
  for (const layer of layers) for (const value of layer.outputs) makes.set(value, layer);
  const inputs = new Map(summary.inputs.map(one => [one.name, one]));
  // Who makes a value that depends on the input, through nodes that only hand it on.
  const source = value => inputs.has(value) ? value : makes.get(value)?.isBookkeeping ? (makes.get(value).operator === 'Identity' ? source(makes.get(value).inputs[0]) : null) : makes.get(value) ?? null;
  const shown = layers.filter(layer => !layer.isBookkeeping), reads = new Map(), readers = new Map();
  for (const layer of shown) {
    const from = [...new Set(layer.inputs.map(source).filter(one => one != null))];
    reads.set(layer, from);
    for (const one of from) readers.set(one, (readers.get(one) ?? 0) + 1);
  }
  for (const one of summary.outputs) { const from = source(one.name); if (from) readers.set(from, (readers.get(from) ?? 0) + 1); }
  const boxOf = new Map(), all = [];
  for (const one of summary.inputs) { const box = { lines: [one.name], note: (one.shape ?? []).join(' × '), color: 0, from: [], tip: '' }; boxOf.set(one.name, box); all.push(box); }
  for (const layer of shown) {
    const from = reads.get(layer), before = from.length === 1 ? boxOf.get(from[0]) : null;
    if (before && before.color && before.last === from[0] && readers.get(from[0]) === 1 && !layer.parameters && before.lines.length < longest) {
      before.lines.push(layer.operator);
      Object.assign(before, { last: layer, note: (layer.outputShape ?? []).join(' × ') });
      boxOf.set(layer, before);
      continue;
    }
    const box = { lines: [`${layer.operator} ${layer.settings}`.trim()], note: (layer.outputShape ?? []).join(' × '), color: colorOf(layer.operator), from: from.map(one => boxOf.get(one)).filter(Boolean), last: layer, tip: `${layer.name}${layer.parameters ? `: ${t('parameters')} ${large(layer.parameters)}` : ''}` };
    boxOf.set(layer, box);
    all.push(box);
  }
  for (const one of summary.outputs) { const from = source(one.name); all.push({ lines: [one.name], note: (one.shape ?? []).join(' × '), color: 0, from: from ? [boxOf.get(from)].filter(Boolean) : [], tip: '' }); }
  return all;
}

// Rows by the longest way from an input; an edge over several rows has a place in each, so that it passes beside boxes. Then each row is ordered by where what it reads lies.
function place(all) {
  for (const box of all) box.row = Math.max(0, ...box.from.map(one => one.row + 1));
  const rows = [];
  const put = (box, row) => { (rows[row] ??= []).push(box); };
  for (const box of all) {
    put(box, box.row);
    box.ways = box.from.map(one => {
      const way = [one];
      for (let row = one.row + 1; row < box.row; row++) { const bend = { isBend: true, row, from: [way.at(-1)] }; put(bend, row); way.push(bend); }
      return [...way, box];
    });
  }
  const size = one => one.isBend ? 12 : width;
  for (let sweep = 0; sweep < 6; sweep++) {
    for (const row of rows) {
      for (const one of row) { const near = one.isBend ? one.from : one.ways.map(way => way.at(-2)); one.middle = near.length ? near.reduce((sum, other) => sum + (other.x ?? 0), 0) / near.length : 0; }
      row.sort((a, b) => a.middle - b.middle);
      const whole = row.reduce((sum, one) => sum + size(one) + gapX, -gapX);
      let at = -whole / 2;
      for (const one of row) { one.x = at + size(one) / 2; at += size(one) + gapX; }
    }
  }
  let y = 0;
  for (const row of rows) {
    const tall = Math.max(...row.map(one => one.isBend ? 0 : (one.lines.length + 1) * lineHeight + 12));
    for (const one of row) { one.y = y; one.height = one.isBend ? tall : (one.lines.length + 1) * lineHeight + 12; }
    y += tall + gapY;
  }
  const least = Math.min(...rows.flat().map(one => one.x - size(one) / 2)), end = Math.max(...rows.flat().map(one => one.x + size(one) / 2));
  for (const one of rows.flat()) one.x -= least - 2;
  return { width: end - least + 4, height: y - gapY + 4 };
}

const cut = (text, length) => text.length > length ? `${text.slice(0, length - 1)}…` : text;

export function graph(summary, label) {
  const all = boxes(summary);
  if (all.length > most) return h('p', { class: 'hint' }, t('graph-large', all.length));
  const size = place(all);
  const picture = svg('svg', { viewBox: `0 -2 ${size.width} ${size.height}`, width: size.width, height: size.height, class: 'graph', role: 'img', 'aria-label': t('graph-of', label, all.length) });
  for (const box of all) for (const way of box.ways) {
    let d = '';
    way.forEach((one, i) => {
      if (i === 0) { d = `M${one.x},${one.y + one.height}`; return; }
      const before = way[i - 1], from = before.y + before.height, bend = (one.y - from) / 2;
      d += `C${before.x},${from + bend} ${one.x},${one.y - bend} ${one.x},${one.y}`;
      if (one.isBend) d += `V${one.y + one.height}`;
    });
    picture.append(svg('path', { class: 'edge', d }));
  }
  for (const box of all) {
    const made = svg('g', { class: box.color ? `s${box.color}` : 'end', transform: `translate(${box.x - width / 2},${box.y})` }, svg('title', {}, box.tip || box.lines[0]),
      svg('rect', { width, height: box.height, rx: 8 }), svg('rect', { class: 'mark', width: 5, height: box.height, rx: 2.5 }));
    box.lines.forEach((line, i) => made.append(svg('text', { x: 14, y: (i + 1) * lineHeight + 2, class: i ? 'more' : 'first' }, cut(line, 22))));
    made.append(svg('text', { x: 14, y: (box.lines.length + 1) * lineHeight + 2, class: 'note' }, cut(box.note, 24)));
    picture.append(made);
  }
  return h('div', { class: 'scroll graphs', tabindex: 0, role: 'region', 'aria-label': t('graph') }, picture);
}
