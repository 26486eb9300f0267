// A training, begun by a form made of the command's options, and watched.
import { api, json, onChange } from './api.js';
import { h, title, select, field, drop, button, problem, say, number, newId } from './ui.js';
import { chart } from './chart.js';
import { controls } from './trainings.js';
import { t } from './strings.js';

export default async function train(place, { state, keep, stop }) {
  place.append(title('train'));
  let { forms, data, trainings } = await json('trainings', { signal: stop.signal });
  if (forms.length === 0) { place.append(h('p', { class: 'card hint' }, t('train-off'))); return; }
  let painting = null;
  const formPlace = h('div', { class: 'stack' }), list = h('div', { class: 'stack' }), trouble = h('div');
  const form = () => forms.find(one => one.family === state.get('family')) ?? forms[0];

  function option(one) {
    const key = `o.${one.name}`, value = state.get(key) ?? '';
    const set = x => keep({ [key]: x });
    if (one.kind === 'switch') {
      const box = h('input', { type: 'checkbox', id: newId(), checked: value === 'true', 'aria-describedby': newId(), onchange: () => set(box.checked ? 'true' : '') });
      return h('div', { class: 'check wide' }, box, h('span', {}, h('label', { for: box.id }, one.name), h('span', { class: 'hint', id: box.getAttribute('aria-describedby') }, one.about)));
    }
    const unset = one.default ?? t('by-itself');
    if (one.kind === 'choice') {
      const made = select(one.name, [['', unset], ...one.choices.filter(choice => choice !== one.default).map(choice => [choice, choice])], value, set);
      const hint = h('span', { class: 'hint', id: newId() }, one.about);
      made.querySelector('select').setAttribute('aria-describedby', hint.id);
      made.append(hint);
      return made;
    }
    const box = h('input', { type: 'number', step: one.kind === 'whole' ? 1 : 'any', value, placeholder: unset, onchange: () => set(box.value) });
    return field(one.name, box, one.about);
  }

  function draw() {
    const chosen = form();
    painting = null;
    const shown = h('img', { class: 'painting', alt: '', hidden: true });
    const folders = [...chosen.needsData ? [] : [['', t('built-in-moons')]], ...data.map(one => [one.id, one.name])];
    const atData = folders.some(([id]) => id === (state.get('data') ?? '')) ? state.get('data') ?? '' : folders[0]?.[0];
    const begin = h('button', { type: 'submit', class: 'primary' }, t('begin'));
    const missing = chosen.needsData && data.length === 0;
    begin.disabled = missing;
    formPlace.replaceChildren(h('form', { class: 'card stack', onsubmit: e => { e.preventDefault(); start(e.target); } },
      h('div', { class: 'row wide' },
        select(t('family'), forms.map(one => [one.family, one.family]), chosen.family, x => { for (const key of [...state.keys()]) if (key.startsWith('o.')) keep({ [key]: '' }); keep({ family: x }); draw(); }),
        missing ? null : select(t('pictures-of'), folders, atData, x => keep({ data: x }))),
      h('p', { class: 'hint' }, chosen.about),
      missing ? h('p', { class: 'note' }, t('no-data')) : null,
      chosen.pictureOption ? h('div', { class: 'pair' }, drop({ label: t('drop-painting'), onfiles: ([file]) => { painting = file; const reader = new FileReader(); reader.onload = () => { shown.src = reader.result; shown.hidden = false; }; reader.readAsDataURL(file); } }), shown) : null,
      h('div', { class: 'options' }, chosen.fields.filter(one => one.isCommon).map(option)),
      h('details', {}, h('summary', {}, t('more-options')), h('div', { class: 'options' }, chosen.fields.filter(one => !one.isCommon).map(option))),
      h('div', { class: 'row' }, begin), trouble));
  }

  async function start(element) {
    trouble.replaceChildren();
    const chosen = form(), query = new URLSearchParams();
    for (const one of chosen.fields) if (state.get(`o.${one.name}`)) query.set(one.name, state.get(`o.${one.name}`));
    const folder = data.some(one => one.id === state.get('data')) ? state.get('data') : chosen.needsData ? data[0]?.id : null;
    if (folder) query.set('data', folder);
    const begin = element.querySelector('button[type=submit]');
    begin.disabled = true;
    try {
      const made = await json(`trainings/${chosen.family}?${query}`, { method: 'POST', body: painting ?? undefined });
      say(t('begun', made.name));
      await load();
      list.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      trouble.replaceChildren(problem(error));
    }
    begin.disabled = false;
  }

  async function load() {
    ({ trainings, data } = await json('trainings', { signal: stop.signal }));
    const runs = await json('runs', { signal: stop.signal });
    const details = await Promise.all(trainings.map(one => runs.some(run => run.id === one.id) ? json(`runs/${one.id}`, { signal: stop.signal }).catch(() => null) : null));
    const opened = new Set([...list.querySelectorAll('details[open]')].map(one => one.dataset.id));
    const focused = document.activeElement?.getAttribute('aria-label');
    list.replaceChildren(...trainings.map((one, i) => card(one, details[i], opened.has(one.id))));
    if (focused) [...list.querySelectorAll('button')].find(one => one.getAttribute('aria-label') === focused)?.focus();
  }

  function card(one, detail, isOpen) {
    const rounds = detail?.rounds ?? [];
    const names = [...new Set(rounds.flatMap(round => Object.keys(round)))].filter(name => !['epoch', 'step', 'steps', 'member', 'round'].includes(name) && !/second/i.test(name));
    const figures = names.filter(name => /loss|error|elbo/i.test(name)).slice(0, 2), shown = figures.length ? figures : names.slice(0, 1);
    return h('section', { class: 'card', 'aria-label': one.name },
      h('div', { class: 'row head' }, h('h2', {}, one.name), h('span', { class: `state ${one.state}` }, t(`state-${one.state}`)), h('span', { class: 'hint' }, detail ? t('epochs-done', detail.run.epochs) : one.family),
        controls(detail?.run, one, load), detail ? h('a', { href: `#/watch?runs=${one.id}` }, t('watch')) : null),
      shown.length ? h('div', {}, h('ul', { class: 'legend' }, shown.map((name, i) => h('li', { class: `s${i + 1}` }, h('i', { 'aria-hidden': 'true' }), `${name} ${number(rounds.at(-1)[name])}`))),
        chart(one.name, shown.map((name, i) => ({ name, color: i + 1, values: rounds.map(round => round[name] ?? NaN) })))) : h('p', { class: 'hint' }, ['running', 'stopping'].includes(one.state) ? t('first-epoch') : ''),
      h('details', { 'data-id': one.id, open: isOpen || one.state === 'failed' }, h('summary', {}, t('what-it-says')), h('pre', { class: 'log', tabindex: 0 }, one.lines.join('\n') || '–')));
  }

  draw();
  await load();
  let waiting = false;
  stop.and(onChange(async () => { if (waiting) return; waiting = true; try { await load(); } catch { /* The next change asks again. */ } waiting = false; }));
  place.append(h('div', { class: 'stack' }, formPlace, list));
}
