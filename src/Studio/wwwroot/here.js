// The same file, run by the browser and by the studio, on the same numbers; and in programs of one's own.
import { api, json, models } from './api.js';
import { h, title, select, field, drop, problem, say, number, button } from './ui.js';
import { snippets } from './snippets.js';
import { t } from './strings.js';

const arrays = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array };

const toBase64 = bytes => { let text = ''; const view = new Uint8Array(bytes); for (let i = 0; i < view.length; i += 0x8000) text += String.fromCharCode(...view.subarray(i, i + 0x8000)); return btoa(text); };
const fromBase64 = text => Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer;

// Numbers by chance, the same ones every time.
function chance(seed) {
  let a = seed >>> 0;
  return () => { a = (a * 1664525 + 1013904223) >>> 0; return a / 4294967296; };
}

// Where a tensor is pictures: which axes are channels, height and width.
export function pictureAxes(shape) {
  if (shape?.length !== 4) return null;
  const [, b, c, d] = shape.map(Number);
  return b === 1 || b === 3 ? { channels: b, height: 2, width: 3, isLast: false } : d === 1 || d === 3 ? { channels: d, height: 1, width: 2, isLast: true } : null;
}

export default async function here(place, { state, keep, stop }) {
  place.append(title('here'));
  const all = await models();
  if (all.length === 0) { place.append(h('p', { class: 'card hint', 'data-empty': '' }, t('no-models'))); return; }
  const { isThere } = await json('runtime', { signal: stop.signal });
  const model = () => all.find(one => one.id === state.get('model')) ?? all[0];
  let networks = [], at = 0, picture = null;
  const choice = h('div'), body = h('div', { class: 'stack' });

  async function load() {
    choice.replaceChildren();
    body.replaceChildren(h('p', { class: 'hint', role: 'status' }, t('working')));
    try {
      const asked = model().id, found = await json(`models/${asked}/layers`, { signal: stop.signal });
      if (asked !== model().id) return;
      networks = found.networks;
      at = Math.min(+(state.get('network') ?? 0) || 0, networks.length - 1);
      choice.replaceChildren(...networks.length > 1 ? [select(t('network'), networks.map((one, i) => [i, `${i + 1}: ${one.summary.inputs.map(input => input.name).join(', ')} → ${one.summary.outputs.map(output => output.name).join(', ')}`]), at, x => { at = +x; keep({ network: x }); draw(); })] : []);
      draw();
    } catch (error) {
      if (error.name !== 'AbortError') body.replaceChildren(problem(error));
    }
  }

  function draw() {
    const { summary } = networks[at], zip = networks.length > 1 || !/\.onnx$/i.test(networks[at].entry), file = zip ? 'network.onnx' : networks[at].entry.split('/').at(-1);
    const result = h('div', { class: 'stack' });
    const isPicture = summary.inputs.some(one => pictureAxes(one.shape));
    const free = h('input', { type: 'number', min: 16, max: 1000, step: 1, value: state.get('size') ?? 224, onchange: () => keep({ size: free.value }) });
    const hasFree = summary.inputs.some(one => (one.shape ?? []).some((axis, i) => i > 0 && !/^\d+$/.test(axis)));
    const shown = h('span', { class: 'hint' });
    const run = h('button', { type: 'button', class: 'primary' }, t('run-both'));
    run.addEventListener('click', async () => {
      run.disabled = true;
      result.replaceChildren(h('p', { class: 'hint', role: 'status' }, t('working')));
      try { result.replaceChildren(...await compare(summary, +free.value || 224)); say(t('compared')); } catch (error) { if (error.name !== 'AbortError') result.replaceChildren(problem(error)); }
      run.disabled = false;
    });
    body.replaceChildren(
      h('section', { class: 'card stack' }, h('h2', {}, t('both-results')), isThere ? null : h('div', { class: 'note' }, h('p', {}, t('no-runtime')), h('pre', {}, h('code', {}, 'npm install onnxruntime-web\n./mlnetgen studio'))),
        h('div', { class: 'row wide' }, isPicture ? h('div', { class: 'pair' }, drop({ label: t('drop-or-chance'), stop, onfiles: ([one]) => { picture = one; shown.textContent = one.name; } })) : h('p', { class: 'hint' }, t('by-chance')), hasFree ? field(t('side'), free) : null, run, shown),
        result),
      code(snippets(summary, file, zip), h('a', { href: `api/models/${model().id}/file?network=${at}`, download: file, class: 'button' }, t('download-network', file))));
    run.disabled = !isThere;
  }

  async function compare(summary, side) {
    const tensors = [];
    for (const [i, one] of summary.inputs.entries()) tensors.push(await fill(one, i, side, summary.metadata));
    const bytes = await (await api(`models/${model().id}/file?network=${at}`, { signal: stop.signal })).arrayBuffer();
    const query = `models/${model().id}/run?network=${at}`;
    const [there, mine] = await Promise.all([
      json(query, { json: { tensors: tensors.map(one => ({ name: one.name, type: one.type, shape: one.shape, data: toBase64(one.bytes) })) }, signal: stop.signal }),
      inWorker(bytes, tensors),
    ]);
    return [
      h('dl', { class: 'figures' }, ...[['seconds-here', mine.seconds], ['seconds-there', there.seconds]].map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, `${number(value, 3)} s`)))),
      ...there.outputs.map(one => difference(one, mine.outputs.find(other => other.name === one.name), summary.metadata)),
    ];
  }

  function inWorker(model, tensors) {
    return new Promise((done, fail) => {
      const worker = new Worker('worker.js', { type: 'module' });
      const end = () => worker.terminate();
      stop.and(end);
      worker.onerror = event => { end(); fail(new Error(event.message || t('no-worker'))); };
      worker.onmessage = ({ data }) => {
        if (data.ready) { worker.postMessage({ model, tensors }); return; }
        end();
        data.error ? fail(new Error(`${t('browser')}: ${data.error}`)) : done(data);
      };
    });
  }

  // A picture where the input is one and the user gave one; else numbers by chance.
  async function fill(one, i, side, metadata) {
    const axes = pictureAxes(one.shape), shape = (one.shape ?? []).map((axis, k) => /^\d+$/.test(axis) ? +axis : k === 0 ? 1 : axes ? side : 1);
    const count = shape.reduce((a, b) => a * b, 1), type = arrays[one.elementType] ? one.elementType : 'float32', data = new arrays[type](count);
    const scale = type === 'uint8' || /255/.test(metadata.pixels ?? '') ? 255 : 1;
    const next = chance(i + 1);
    if (axes && picture) {
      const bitmap = await createImageBitmap(picture), canvas = h('canvas', { width: shape[axes.width], height: shape[axes.height] }), context = canvas.getContext('2d');
      context.fillStyle = '#fff';
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height), plane = canvas.width * canvas.height;
      for (let p = 0; p < plane; p++) for (let c = 0; c < axes.channels; c++) {
        const value = axes.channels === 1 ? 0.299 * pixels[4 * p] + 0.587 * pixels[4 * p + 1] + 0.114 * pixels[4 * p + 2] : pixels[4 * p + c];
        data[axes.isLast ? p * axes.channels + c : c * plane + p] = scale === 255 ? Math.round(value) : value / 255;
      }
    } else {
      for (let k = 0; k < count; k++) data[k] = type === 'int64' ? 0n : type === 'int32' ? 0 : axes ? (scale === 255 ? Math.floor(next() * 256) : next()) : type === 'uint8' ? Math.floor(next() * 256) : shape.length < 2 ? 1 : next() * 2 - 1;
    }
    return { name: one.name, type, shape, bytes: data.buffer };
  }

  function difference(there, mine, metadata) {
    const a = new arrays[there.type](fromBase64(there.data)), b = new arrays[there.type](mine.bytes);
    let most = 0, sum = 0, largest = 0;
    for (let i = 0; i < a.length; i++) { const d = Math.abs(Number(a[i]) - Number(b[i])); most = Math.max(most, d); sum += d; largest = Math.max(largest, Math.abs(Number(a[i]))); }
    const axes = pictureAxes(there.shape), scale = there.type === 'uint8' || /255/.test(metadata.pixels ?? '') || largest > 2 ? 1 : 255;
    const figures = [['largest-difference', most], ['mean-difference', sum / Math.max(1, a.length)]];
    let grey = null;
    if (axes && there.shape[axes.height] > 1) {
      grey = 0;
      for (let i = 0; i < a.length; i++) grey = Math.max(grey, Math.abs(level(Number(a[i]) * scale) - level(Number(b[i]) * scale)));
      figures.push(['grey-levels', grey]);
    }
    return h('section', { class: 'compared', 'aria-label': there.name, 'data-difference': most, 'data-grey': grey ?? '' }, h('h3', {}, there.name, ' ', h('span', { class: 'hint' }, `${there.type} ${there.shape.join(' × ')}`)),
      h('dl', { class: 'figures' }, figures.map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, name === 'grey-levels' ? String(value) : number(value, 2))))),
      grey !== null ? h('div', { class: 'films' }, [[t('browser'), b], [t('studio-itself'), a]].map(([label, values]) => h('figure', {}, paint(values, there.shape, axes, scale, label), h('figcaption', {}, label)))) : rows(a, b));
  }

  const level = value => Math.min(255, Math.max(0, Math.round(value)));

  function paint(values, shape, axes, scale, label) {
    const [width, height] = [shape[axes.width], shape[axes.height]], canvas = h('canvas', { width, height, role: 'img', 'aria-label': label, class: 'large' }), context = canvas.getContext('2d'), image = context.createImageData(width, height), plane = width * height;
    for (let p = 0; p < plane; p++) for (let c = 0; c < 4; c++) image.data[4 * p + c] = c === 3 ? 255 : level(Number(values[axes.isLast ? p * axes.channels + c % axes.channels : (c % axes.channels) * plane + p]) * scale);
    context.putImageData(image, 0, 0);
    return canvas;
  }

  function rows(there, mine) {
    const most = 12;
    return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('numbers') }, h('table', {}, h('thead', {}, h('tr', {}, ['', t('browser'), t('studio-itself')].map(name => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, Array.from({ length: Math.min(most, there.length) }, (_, i) => h('tr', {}, h('th', { scope: 'row' }, String(i)), h('td', {}, number(Number(mine[i]), 6)), h('td', {}, number(Number(there[i]), 6)))))));
  }

  function code(texts, link) {
    const names = { csharp: 'C#', python: 'Python', javascript: 'JavaScript' };
    return h('section', { class: 'card stack' }, h('h2', {}, t('in-program')), h('div', { class: 'row' }, link), ...Object.entries(texts).map(([key, text]) => {
      const copy = button(t('copy'), async () => { await navigator.clipboard.writeText(text); say(t('copied')); copy.textContent = t('copied'); });
      copy.setAttribute('aria-label', `${t('copy')}: ${names[key]}`);
      return h('details', { open: key === 'csharp' }, h('summary', {}, names[key]), h('div', { class: 'code' }, h('pre', { tabindex: 0, 'data-language': key }, h('code', {}, text)), copy));
    }));
  }

  place.append(h('div', { class: 'stack' }, h('div', { class: 'row wide card' }, select(t('model'), all.map(one => [one.id, one.name]), model().id, id => { keep({ model: id, network: '' }); load(); }), choice), body));
  load();
}
