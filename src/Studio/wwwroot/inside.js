// What a model's file holds, layer by layer.
import { models, json } from './api.js';
import { h, title, select, large, newId } from './ui.js';
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

  const shape = dimensions => dimensions ? dimensions.join(' × ') : '–';

  function draw() {
    body.replaceChildren(...found.networks.map(({ entry, summary }) => {
      const layers = summary.layers.filter(layer => everything || !layer.isBookkeeping);
      const most = (key) => Math.max(1, ...layers.map(layer => layer[key] ?? 0)), [parameters, adds] = [most('parameters'), most('multiplyAdds')];
      const bar = (value, highest, color) => { const made = h('span', { class: `amount s${color}` }, h('span', { class: 'value' }, value ? large(value) : value === 0 ? '' : '–')); made.style.setProperty('--share', (value ?? 0) / highest); return made; };
      const tensor = one => `${one.name}: ${one.elementType ?? one.type ?? ''} [${(one.shape ?? one.axes ?? []).join(', ')}]`;
      return h('section', { class: 'card' }, h('h2', {}, entry),
        h('dl', { class: 'figures' }, ...[['layers', layers.length], ['parameters', large(summary.parameters)], ['multiply-adds', large(summary.multiplyAdds)], ['file-size', `${large(summary.fileBytes)}B`], ['opset', summary.opset]].map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, String(value))))),
        h('p', { class: 'hint ends' }, `${t('inputs')}: ${summary.inputs.map(tensor).join('; ')} → ${t('outputs')}: ${summary.outputs.map(tensor).join('; ')}`),
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
