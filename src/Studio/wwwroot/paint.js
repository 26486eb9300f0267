// A picture, repainted by a style network.
import { api } from './api.js';
import { h, title, chooseModel, drop, slider, select, button, wiper, atWork, addressOf, download, say } from './ui.js';
import { t } from './strings.js';

export default async function paint(place, page) {
  const { state, keep, stop } = page;
  place.append(title('paint'));
  const chosen = await chooseModel(place, 'paint', page, () => { styles(); run(); });
  if (!chosen) return;
  let file, before, busy = 0;
  const result = h('section', { class: 'card result', 'aria-label': t('result') }, h('p', { class: 'hint' }, t('paint-empty')));
  const work = h('div', { class: 'work' });
  const styleBox = h('div');
  const strength = slider(t('strength'), { min: 0, max: 100, step: 5, value: state.get('strength') ?? 100, format: x => `${x} %`, onchange: x => { keep({ strength: x }); run(); } });
  const colors = select(t('colors'), ['none', 'luminance', 'histogram', 'matched'].map(key => [key, t(`colors-${key}`)]), state.get('colors') ?? 'none', x => { keep({ colors: x }); run(); });

  function styles() {
    const names = chosen.model.styles ?? [];
    styleBox.replaceChildren(...names.length > 1 ? [select(t('style'), names.map(name => [name, name]), state.get('style'), x => { keep({ style: x }); run(); })] : []);
  }

  async function run() {
    if (!file) return;
    const mine = ++busy;
    const query = new URLSearchParams({ strength: (state.get('strength') ?? 100) / 100, colors: state.get('colors') ?? 'none' });
    if ((chosen.model.styles ?? []).includes(state.get('style'))) query.set('style', state.get('style'));
    const started = performance.now();
    const made = await atWork(work, async (key, signal) => {
      query.set('progress', key);
      return (await api(`models/${chosen.model.id}/paint?${query}`, { body: file, signal })).blob();
    }, stop);
    if (!made || mine !== busy || stop.stopped) return;
    const address = addressOf(made, stop), name = file.name?.replace(/\.[^.]*$/, '') || 'picture';
    result.replaceChildren(wiper(before, address), h('div', { class: 'row' }, download(address, `${name}-painted.png`, t('download')), h('span', { class: 'hint' }, t('took', ((performance.now() - started) / 1000).toFixed(1)))));
    say(t('painted'));
  }

  styles();
  place.append(h('div', { class: 'desk' },
    h('form', { class: 'card controls', onsubmit: e => e.preventDefault() },
      drop({ stop, onfiles: ([one]) => { file = one; before = addressOf(one, stop); run(); } }),
      chosen.control, styleBox, strength, colors, work),
    result));
}
