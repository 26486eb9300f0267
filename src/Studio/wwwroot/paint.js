// A picture, repainted by a style network.
import { api } from './api.js';
import { h, title, chooseModel, drop, slider, select, wiper, atWork, addressOf, download, say } from './ui.js';
import { brush } from './brush.js';
import { t } from './strings.js';

export default async function paint(place, page) {
  const { state, keep, stop } = page;
  place.append(title('paint'));
  const chosen = await chooseModel(place, 'paint', page, () => { styles(); run(); });
  if (!chosen) return;
  let file, before, busy = 0, masked = null;
  const maskBox = h('details', { hidden: true }, h('summary', {}, t('mask')));
  const result = h('section', { class: 'card result', 'aria-label': t('result') }, h('p', { class: 'hint' }, t('paint-empty')));
  const work = h('div', { class: 'work' });
  const styleBox = h('div');
  const strength = slider(t('strength'), { min: 0, max: 100, step: 5, value: state.get('strength') ?? 100, format: x => `${x} %`, onchange: x => { keep({ strength: x }); run(); } });
  const colors = select(t('colors'), ['none', 'luminance', 'histogram', 'matched'].map(key => [key, t(`colors-${key}`)]), state.get('colors') ?? 'none', x => { keep({ colors: x }); run(); });

  // Of several styles as much as is wanted of each; the first alone to begin with.
  function styles() {
    const names = chosen.model.styles ?? [];
    const kept = (state.get('mix') ?? '').split(',').map(Number), weights = kept.length === names.length && kept.some(x => x > 0) ? kept : names.map((_, i) => i === 0 ? 100 : 0);
    styleBox.replaceChildren(...names.length > 1 ? [h('fieldset', { class: 'mixture' }, h('legend', {}, t('mixture')), names.map((name, i) =>
      slider(name.replaceAll('_', ' '), { min: 0, max: 100, step: 5, value: weights[i], format: x => `${x} %`, onchange: x => { weights[i] = x; keep({ mix: weights.join(',') }); run(); } })))] : []);
  }

  async function run() {
    if (!file) return;
    const mine = ++busy;
    const query = new URLSearchParams({ strength: (state.get('strength') ?? 100) / 100, colors: state.get('colors') ?? 'none' });
    const mix = (state.get('mix') ?? '').split(',').map(Number);
    if (mix.length > 1 && mix.length === chosen.model.styles?.length && mix.some(x => x > 0)) query.set('mix', mix.join(','));
    const mask = await masked?.blob();
    let body = file;
    if (mask) {
      body = new FormData();
      body.append('picture', file, 'picture');
      body.append('mask', mask, 'mask.png');
    }
    const started = performance.now();
    const made = await atWork(work, async (key, signal) => {
      query.set('progress', key);
      return (await api(`models/${chosen.model.id}/paint?${query}`, { body, signal })).blob();
    }, stop);
    if (!made || mine !== busy || stop.stopped) return;
    const address = addressOf(made, stop), name = file.name?.replace(/\.[^.]*$/, '') || 'picture';
    result.replaceChildren(wiper(before, address), h('div', { class: 'row' }, download(address, `${name}-painted.png`, t('download')), h('span', { class: 'hint' }, t('took', ((performance.now() - started) / 1000).toFixed(1)))));
    say(t('painted'));
  }

  styles();
  place.append(h('div', { class: 'desk' },
    h('form', { class: 'card controls', onsubmit: e => e.preventDefault() },
      drop({ stop, onfiles: ([one]) => { file = one; before = addressOf(one, stop); masked = brush(one, run); maskBox.hidden = false; maskBox.replaceChildren(h('summary', {}, t('mask')), masked.element); run(); } }),
      chosen.control, styleBox, strength, colors, maskBox, work),
    result));
}
