// Runs as a table; those that are ticked are laid over each other, their settings compared and their pictures shown step by step.
import { json, onChange, folder } from './api.js';
import { h, title, field, slider, select, number, newId, button } from './ui.js';
import { chart, smooth } from './chart.js';
import { controls } from './trainings.js';
import { t } from './strings.js';

const most = 6, columns = ['name', 'family', 'state', 'epochs', 'seconds'];

const time = seconds => `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}:${String(Math.floor(seconds) % 60).padStart(2, '0')}`;

export default async function watch(place, { state, keep, stop }) {
  place.append(title('watch'));
  let runs = [], trainings = [], details = new Map();
  let ticked = (state.get('runs') ?? '').split(',').filter(Boolean), sort = state.get('sort') ?? 'name', down = state.get('down') === '1';
  let share = +(state.get('smooth') ?? 0) / 100, log = state.get('log') === '1';
  const filter = h('input', { type: 'search', value: state.get('filter') ?? '', oninput: () => { keep({ filter: filter.value }); table(); } });
  const list = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('runs') }), compared = h('div', { class: 'stack' });

  // A later step is looked at while it is: what was chosen stays through a run's next epochs.
  const steps = new Map();

  async function load() {
    [runs, { trainings }] = await Promise.all([json('runs', { signal: stop.signal }), json('trainings', { signal: stop.signal })]);
    if (ticked.length === 0 && runs.length) ticked = [(runs.find(run => run.state === 'running') ?? runs.reduce((a, b) => a.written > b.written ? a : b)).id];
    ticked = ticked.filter(id => runs.some(run => run.id === id)).slice(0, most);
    details = new Map(await Promise.all(ticked.map(async id => [id, await json(`runs/${id}`, { signal: stop.signal })])));
    table();
    compare();
  }

  function table() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const of = (run, key) => key in run ? run[key] : run.figures[key] ?? Infinity;
    const shown = runs.filter(run => words.every(word => `${run.name} ${run.family} ${run.state}`.toLowerCase().includes(word)))
      .sort((a, b) => { const [x, y] = [of(a, sort), of(b, sort)]; return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1); });
    const heads = columns.map(key => h('th', { scope: 'col', 'aria-sort': sort === key ? (down ? 'descending' : 'ascending') : 'none' },
      h('button', { type: 'button', onclick: () => { down = sort === key && !down; sort = key; keep({ sort, down: down ? 1 : '' }); table(); list.querySelector(`[data-key=${key}]`).focus(); }, 'data-key': key }, t(`run-${key}`))));
    list.replaceChildren(runs.length === 0 ? h('p', { class: 'hint' }, t('no-runs')) : h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'unseen' }, t('run-shown'))), heads, h('th', { scope: 'col' }, t('run-actions')), h('th', { scope: 'col' }, t('run-figures')))),
      h('tbody', {}, shown.map(run => {
        const box = h('input', { type: 'checkbox', id: newId(), checked: ticked.includes(run.id), disabled: !ticked.includes(run.id) && ticked.length >= most, onchange: () => tick(run.id, box.checked) });
        const training = trainings.find(one => one.id === run.id), now = ['stopping', 'paused', 'failed'].includes(training?.state) ? training.state : run.canResume && run.state === 'finished' ? 'stopped' : run.state;
        return h('tr', {}, h('td', {}, box), h('th', { scope: 'row' }, h('label', { for: box.id }, run.name)), h('td', {}, run.family),
          h('td', {}, h('span', { class: `state ${now}` }, t(`state-${now}`))), h('td', {}, String(run.epochs)), h('td', {}, time(run.seconds)), h('td', {}, controls(run, training, () => load().catch(() => {}))),
          h('td', { class: 'few' }, Object.entries(run.figures).slice(0, 3).map(([name, value]) => `${name} ${number(value)}`).join('   ')));
      }))));
  }

  async function tick(id, on) {
    ticked = on ? [...ticked, id] : ticked.filter(one => one !== id);
    keep({ runs: ticked.join(',') });
    if (on && !details.has(id)) details.set(id, await json(`runs/${id}`, { signal: stop.signal }));
    const focused = document.activeElement?.closest('tr')?.querySelector('label')?.textContent;
    table();
    if (focused) [...list.querySelectorAll('label')].find(label => label.textContent === focused)?.control?.focus();
    compare();
  }

  function compare() {
    const shown = ticked.map(id => details.get(id)).filter(Boolean);
    if (shown.length === 0) { compared.replaceChildren(); return; }
    const names = [...new Set(shown.flatMap(one => one.rounds.flatMap(round => Object.keys(round))))].filter(name => !['epoch', 'step', 'steps', 'member', 'round'].includes(name));
    // What most of them have comes first, speed last, and a loss is looked at first.
    const having = name => /second/i.test(name) ? 0 : shown.filter(one => one.rounds.some(round => name in round)).length;
    names.sort((a, b) => having(b) - having(a));
    let figure = names.includes(state.get('figure')) ? state.get('figure') : names.find(name => having(name) === having(names[0]) && /loss|error|elbo/i.test(name)) ?? names[0];
    const plot = h('div');
    const draw = () => plot.replaceChildren(
      h('ul', { class: 'legend' }, shown.map((one, i) => h('li', { class: `s${i + 1}` }, h('i', { 'aria-hidden': 'true' }), one.run.name))),
      chart(figure ?? '', shown.map((one, i) => {
        const raw = one.rounds.map(round => round[figure] ?? NaN);
        return { name: one.run.name, color: i + 1, values: share ? smooth(raw, share) : raw, raw: share ? raw : null };
      }), { log }));
    const logBox = h('input', { type: 'checkbox', id: newId(), checked: log, onchange: () => { log = logBox.checked; keep({ log: log ? 1 : '' }); draw(); } });
    if (names.length) draw();
    const settings = [...new Set(shown.flatMap(one => Object.keys(one.run.settings)))];
    const differing = shown.length > 1 ? settings.filter(name => new Set(shown.map(one => one.run.settings[name] ?? '')).size > 1) : settings;
    compared.replaceChildren(...[
      ...shown.filter(one => one.warnings.length).map(one => h('div', { class: 'note' }, h('b', {}, one.run.name), ...one.warnings.map(text => h('p', {}, text)))),
      names.length ? h('section', { class: 'card' }, h('h2', {}, t('curves')),
        h('div', { class: 'row wide' }, select(t('figure'), names.map(name => [name, name]), figure, x => { figure = x; keep({ figure }); draw(); }),
          slider(t('smoothing'), { min: 0, max: 95, step: 5, value: share * 100, format: x => `${x} %`, oninput: x => { share = x / 100; draw(); }, onchange: x => keep({ smooth: x || '' }) }),
          h('div', { class: 'check' }, logBox, h('label', { for: logBox.id }, t('log')))),
        plot) : null,
      shown.some(one => one.pictures.length) ? h('section', { class: 'card' }, h('h2', {}, t('pictures')), h('div', { class: 'films' }, shown.filter(one => one.pictures.length).map(film))) : null,
      differing.length ? h('section', { class: 'card' }, h('h2', {}, t(shown.length > 1 ? 'settings-differing' : 'settings')),
        h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('settings') }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('setting')), shown.map(one => h('th', { scope: 'col' }, one.run.name)))),
          h('tbody', {}, differing.map(name => h('tr', {}, h('th', { scope: 'row' }, name), shown.map(one => h('td', {}, one.run.settings[name] ?? '–')))))))) : null,
    ].filter(Boolean));
  }

  function film(one) {
    const last = one.pictures.length - 1, at = Math.min(steps.get(one.run.id) ?? last, last);
    const image = h('img', { class: 'pixels' });
    const set = i => { image.src = `api/runs/${one.run.id}/pictures/${i}?${encodeURIComponent(one.pictures[i])}`; image.alt = `${one.run.name}, ${one.pictures[i]}`; };
    set(at);
    return h('figure', {}, image, h('figcaption', {}, one.run.name), last > 0 ? slider(t('step'), { min: 0, max: last, step: 1, value: at, format: i => one.pictures[i], oninput: i => { set(i); i === last ? steps.delete(one.run.id) : steps.set(one.run.id, i); } }) : null);
  }

  await load();
  stop.and(onChange(() => load().catch(() => {})));
  place.append(h('div', { class: 'stack' }, h('section', { class: 'card' }, h('div', { class: 'row wide' }, field(t('filter'), filter), h('span', { class: 'hint' }, t('watch-hint', most))), list), compared));
}
