// A folder of pictures before it is trained on: classes, pictures, files that are amiss, and the split.
import { api, json } from './api.js';
import { h, title, select, field, button, problem } from './ui.js';
import { t } from './strings.js';

const atOnce = 24, columns = 8;

export default async function data(place, { state, keep, stop }) {
  place.append(title('data'));
  const folders = await json('data', { signal: stop.signal });
  if (folders.length === 0) { place.append(h('div', { class: 'card none' }, h('h2', {}, t('no-folders')), h('p', {}, t('no-data')), h('pre', {}, h('code', {}, './mlnetgen studio --data birds/ digits/')))); return; }
  const body = h('div', { class: 'stack' });
  const folder = () => folders.find(one => one.id === state.get('folder')) ?? folders[0];

  async function load() {
    body.replaceChildren(h('p', { class: 'hint', role: 'status' }, t('working')));
    const { id } = folder();
    try {
      const about = await json(`data/${id}`, { signal: stop.signal });
      if (folder().id === id) draw(id, about);
    } catch (error) {
      if (error.name !== 'AbortError') body.replaceChildren(problem(error));
    }
  }

  function draw(id, about) {
    const named = name => name || t('no-class');
    const most = Math.max(1, ...about.classes.map(one => one.count));
    const splitPlace = h('div');
    const seed = h('input', { type: 'number', step: 1, value: state.get('seed') ?? 1, onchange: () => { keep({ seed: seed.value }); split(); } });
    const first = h('input', { type: 'number', min: 1, step: 1, value: state.get('first') ?? '', placeholder: t('random-tenth'), onchange: () => { keep({ first: first.value }); split(); } });
    const browse = pictures(id, about);

    async function split() {
      try {
        const found = await json(`data/${id}/split?seed=${encodeURIComponent(seed.value || 1)}${first.value ? `&first=${encodeURIComponent(first.value)}` : ''}`, { signal: stop.signal });
        splitPlace.replaceChildren(
          figures([['to-learn', found.train], ['held-out', found.test], ['on-both-sides', found.onBothSides]]),
          found.onBothSides ? h('p', { class: 'note' }, t('leak', found.onBothSides)) : '',
          scroll(t('split'), h('table', {}, h('thead', {}, h('tr', {}, ['class', 'to-learn', 'held-out'].map(name => h('th', { scope: 'col' }, t(name))))),
            h('tbody', {}, found.classes.map(one => h('tr', {}, h('th', { scope: 'row' }, named(one.name)), h('td', {}, String(one.train)), h('td', {}, String(one.test))))))));
      } catch (error) {
        if (error.name !== 'AbortError') splitPlace.replaceChildren(problem(error));
      }
    }

    body.replaceChildren(
      h('section', { class: 'card' }, figures([['pictures-count', about.pictures], ['classes', about.classes.length], ['unreadable', about.unreadable.count], ['unused', about.unused.count], ['duplicates', about.duplicates.count]]),
        scroll(t('classes'), h('ol', { class: 'bars counts' }, about.classes.map(one => {
          const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
          bar.style.setProperty('--share', one.count / most);
          return h('li', {}, h('button', { type: 'button', class: 'plain name', onclick: () => browse.show(one.name) }, named(one.name)), bar, h('span', { class: 'value' }, String(one.count)));
        })))),
      browse,
      list('unreadable', about.unreadable, one => [one.path, one.reason]),
      list('duplicates', about.duplicates, one => [one.paths.join('\n'), one.inSeveralClasses ? t('several-classes') : '']),
      list('unused', about.unused, one => [one.path, one.reason]),
      h('section', { class: 'card' }, h('h2', {}, t('split')), h('div', { class: 'row wide' }, field(t('seed'), seed), field(t('first-rows'), first), h('a', { href: `#/train?data=${id}` }, t('train-on'))), splitPlace));
    browse.show(about.classes.some(one => one.name === state.get('class')) ? state.get('class') : about.classes[0]?.name ?? '');
    split();
  }

  const figures = all => h('dl', { class: 'figures' }, all.map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, String(value)))));
  const scroll = (label, inner) => h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, inner);

  // Nothing where all is well.
  function list(name, found, cells) {
    if (found.count === 0) return '';
    return h('section', { class: 'card' }, h('h2', {}, `${t(name)} (${found.count})`), scroll(t(name), h('table', {}, h('tbody', {}, found.first.map(one => { const [path, why] = cells(one); return h('tr', {}, h('th', { scope: 'row', class: 'files' }, path), h('td', {}, why)); })))),
      found.count > found.first.length ? h('p', { class: 'hint' }, t('and-more', found.count - found.first.length)) : null);
  }

  function pictures(id, about) {
    const wall = h('ul', { class: 'wall thumbnails' }), row = h('div', { class: 'row' }), head = h('h2', {});
    const whole = h('section', { class: 'card' }, head, wall, row);
    let label = '', from = 0;
    whole.show = name => { label = name; from = 0; keep({ class: name }); page(); };
    async function page() {
      const query = `label=${encodeURIComponent(label)}&from=${from}&count=${atOnce}`;
      try {
        const found = await json(`data/${id}/pictures?${query}`, { signal: stop.signal });
        const sheet = await createImageBitmap(await (await api(`data/${id}/thumbnails?${query}`, { signal: stop.signal })).blob());
        const across = Math.min(columns, found.pictures.length), side = sheet.width / across;
        head.textContent = `${label || t('no-class')}: ${from + 1}–${from + found.pictures.length} / ${found.count}`;
        wall.replaceChildren(...found.pictures.map((one, i) => {
          const canvas = h('canvas', { role: 'img', 'aria-label': one.path, width: side, height: side });
          canvas.getContext('2d').drawImage(sheet, (i % across) * side, Math.floor(i / across) * side, side, side, 0, 0, side, side);
          return h('li', {}, canvas, h('span', { class: 'hint', title: one.path }, one.path.split('/').at(-1)));
        }));
        const move = (text, to, isOff) => { const made = button(text, () => { from = to; page(); }); made.disabled = isOff; return made; };
        row.replaceChildren(...found.count > atOnce ? [move(t('previous'), from - atOnce, from === 0), move(t('next'), from + atOnce, from + atOnce >= found.count)] : []);
      } catch (error) {
        if (error.name !== 'AbortError') wall.replaceChildren(h('li', {}, problem(error)));
      }
    }
    return whole;
  }

  place.append(h('div', { class: 'stack' }, h('div', { class: 'row wide card' }, select(t('folder'), folders.map(one => [one.id, one.name]), folder().id, x => { keep({ folder: x, class: '' }); load(); }), button(t('look-again'), load)), body));
  load();
}
