// What a model's file holds: its graph, layer by layer, and the numbers in it.
import { models, json } from './api.js';
import { h, svg, title, select, large, newId, number, problem } from './ui.js';
import { graph } from './graph.js';
import { t } from './strings.js';

export default async function inside(place, { state, keep, stop }) {
  place.append(title('inside'));
  const all = await models();
  if (all.length === 0) { place.append(h('p', { class: 'card hint', 'data-empty': '' }, t('no-models'))); return; }
  const at = () => all.find(model => model.id === state.get('model')) ?? all[0];
  const body = h('div', { class: 'stack' });
  let everything = state.get('all') === '1';
  const box = h('input', { type: 'checkbox', id: newId(), checked: everything, onchange: () => { everything = box.checked; keep({ all: everything ? 1 : '' }); draw(); } });
  let found;

  async function load() {
    body.replaceChildren(h('p', { class: 'hint' }, t('working')));
    try {
      found = await json(`models/${at().id}/layers`, { signal: stop.signal });
      draw();
    } catch (error) {
      if (error.name !== 'AbortError') body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, error.message));
    }
  }

  // Asked for when it is opened: a large network's numbers take a while.
  function weights(network) {
    const place = h('div', {}, h('p', { class: 'hint' }, t('working'))), id = at().id;
    let asked = false;
    async function ask() {
      if (asked) return;
      asked = true;
      try {
        const { kernels, weights } = await json(`models/${id}/weights?network=${network}`, { signal: stop.signal });
        place.replaceChildren(...[
          kernels ? h('figure', { class: 'kernels' }, h('img', { class: 'pixels', src: `api/models/${id}/kernels?network=${network}`, alt: t('kernels-of', kernels) }), h('figcaption', { class: 'hint' }, t('kernels-of', kernels))) : null,
          weights.length === 0 ? h('p', { class: 'hint' }, t('no-weights')) : h('ul', { class: 'histograms' }, weights.map(histogram)),
        ].filter(Boolean));
      } catch (error) {
        if (error.name !== 'AbortError') place.replaceChildren(problem(error));
      }
    }
    return h('details', { ontoggle: ask }, h('summary', {}, t('weights')), place);
  }

  function histogram(one) {
    const highest = Math.max(...one.bins), step = 200 / one.bins.length;
    const bars = svg('svg', { viewBox: '0 0 200 60', preserveAspectRatio: 'none', class: 'histogram', role: 'img', 'aria-label': t('histogram-of', one.name, number(one.minimum, 3), number(one.maximum, 3), number(one.mean, 3), number(one.deviation, 3)) });
    one.bins.forEach((count, i) => { if (count) bars.append(svg('rect', { x: i * step + 0.5, width: step - 1, y: 60 - Math.max(1, 60 * count / highest), height: Math.max(1, 60 * count / highest) })); });
    return h('li', {}, h('b', {}, one.name), h('span', { class: 'hint' }, `${one.operator} · ${one.elementType} ${one.shape.join(' × ')}`), bars,
      h('span', { class: 'hint range', 'aria-hidden': 'true' }, h('span', {}, number(one.minimum, 3)), h('span', {}, `${number(one.mean, 2)} ± ${number(one.deviation, 2)}`), h('span', {}, number(one.maximum, 3))));
  }

  const shape = dimensions => dimensions ? dimensions.join(' × ') : '–';

  function draw() {
    body.replaceChildren(...found.networks.map(({ entry, summary }, network) => {
      const layers = summary.layers.filter(layer => everything || !layer.isBookkeeping);
      const most = (key) => Math.max(1, ...layers.map(layer => layer[key] ?? 0)), [parameters, adds] = [most('parameters'), most('multiplyAdds')];
      const bar = (value, highest, color) => { const made = h('span', { class: `amount s${color}` }, h('span', { class: 'value' }, value ? large(value) : value === 0 ? '' : '–')); made.style.setProperty('--share', (value ?? 0) / highest); return made; };
      const tensor = one => `${one.name}: ${one.elementType ?? one.type ?? ''} [${(one.shape ?? one.axes ?? []).join(', ')}]`;
      return h('section', { class: 'card' }, h('h2', {}, entry),
        h('dl', { class: 'figures' }, ...[['layers', layers.length], ['parameters', large(summary.parameters)], ['multiply-adds', large(summary.multiplyAdds)], ['file-size', `${large(summary.fileBytes)}B`], ['opset', summary.opset]].map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, String(value))))),
        h('p', { class: 'hint ends' }, `${t('inputs')}: ${summary.inputs.map(tensor).join('; ')} → ${t('outputs')}: ${summary.outputs.map(tensor).join('; ')}`),
        h('details', { open: true }, h('summary', {}, t('graph')), graph(summary, entry)),
        weights(network),
        summary.shapesMissing ? h('p', { class: 'note' }, summary.shapesMissing) : null,
        h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': entry }, h('table', { class: 'layers' },
          h('thead', {}, h('tr', {}, ...['layer', 'operator', 'output-shape', 'parameters', 'multiply-adds'].map(name => h('th', { scope: 'col' }, t(name))))),
          h('tbody', {}, layers.map(layer => h('tr', { class: `depth${Math.min(3, layer.depth)}` }, h('th', { scope: 'row' }, layer.name), h('td', {}, h('b', {}, layer.operator), ' ', h('span', { class: 'hint' }, layer.settings)),
            h('td', { class: 'shape' }, shape(layer.outputShape)), h('td', {}, bar(layer.parameters, parameters, 1)), h('td', {}, bar(layer.multiplyAdds, adds, 3))))))),
        Object.keys(summary.metadata).length ? h('details', {}, h('summary', {}, t('metadata')), h('dl', { class: 'metadata' }, Object.entries(summary.metadata).map(([key, value]) => [h('dt', {}, key), h('dd', {}, value)]))) : null);
    }));
  }

  place.append(h('div', { class: 'row wide card' }, select(t('model'), all.map(model => [model.id, model.name]), at().id, id => { keep({ model: id }); load(); }), h('div', { class: 'check' }, box, h('label', { for: box.id }, t('bookkeeping')))), body);
  load();
}
