// What is in pictures: bars of the likeliest classes, pictures like them, and a table for spreadsheets.
import { api, json } from './api.js';
import { h, title, chooseModel, drop, atWork, addressOf, download, button, say, select, newId, problem, number } from './ui.js';
import { t } from './strings.js';

const atOnce = 16, alike = 8;

export default async function classify(place, page) {
  const { state, keep, stop } = page;
  place.append(title('classify'));
  let files = [];
  const chosen = await chooseModel(place, 'classify', page, () => anew());
  if (!chosen) return;
  let told = [], turn = Promise.resolve();
  const anew = () => { const again = files; files = []; cards.replaceChildren(); told = []; add(again); };
  const folders = await json('data', { signal: stop.signal });
  const crops = h('input', { type: 'checkbox', id: newId(), checked: state.get('crops') === '1', onchange: () => { keep({ crops: crops.checked ? 1 : '' }); anew(); } });
  const among = folders.length ? select(t('similar-in'), [['', t('none')], ...folders.map(one => [one.id, one.name])], state.get('data') ?? '', x => { keep({ data: x }); anew(); }) : null;
  const work = h('div', { class: 'work' }), cards = h('ul', { class: 'told' }), csv = h('div', { class: 'row' });
  const empty = h('p', { class: 'card hint' }, t('classify-empty'));

  function add(more) {
    files.push(...more);
    // In their order, some at a time.
    for (let at = 0; at < more.length; at += atOnce) { const some = more.slice(at, at + atOnce); turn = turn.then(() => ask(some)); }
  }

  async function ask(some) {
    const model = chosen.model;
    const form = new FormData();
    for (const file of some) form.append('picture', file, file.name || 'pasted.png');
    const found = await atWork(work, (_, signal) => json(`models/${model.id}/classify?count=5&crops=${crops.checked}`, { body: form, signal }), stop);
    if (!found || model !== chosen.model || stop.stopped) return;
    empty.remove();
    found.pictures.forEach((picture, i) => { told.push(picture); cards.append(card(picture, some[i])); });
    const table = addressOf(new Blob(['\ufeff', toCsv(told)], { type: 'text/csv' }), stop);
    csv.replaceChildren(download(table, 'classes.csv', t('download-csv')), button(t('clear'), () => { files = []; told = []; cards.replaceChildren(); csv.replaceChildren(); }, 'plain'));
    say(found.pictures.map(one => one.problem ?? `${one.name}: ${one.top[0]?.name}`).join('; '));
  }

  function card(picture, file) {
    return h('li', { class: 'card' },
      h('img', { src: addressOf(file, stop), alt: picture.name, onerror: e => e.target.replaceWith(h('span', { class: 'blank' })) }),
      h('div', {},
        h('h2', {}, picture.name),
        picture.problem ? h('p', { class: 'problem' }, picture.problem) : h('ol', { class: 'bars' }, picture.top.map(one => {
          const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
          bar.style.setProperty('--share', one.probability);
          return h('li', {}, h('span', { class: 'name' }, one.name), bar, h('span', { class: 'value' }, `${(one.probability * 100).toFixed(1)} %`));
        })), picture.problem || !folders.some(one => one.id === state.get('data')) ? null : similar(file)));
  }

  // The pictures of a folder that the network finds most like this one.
  function similar(file) {
    const place = h('div', { class: 'similar' }, h('p', { class: 'hint' }, t('working'))), folder = state.get('data'), { id } = chosen.model;
    turn = turn.then(async () => {
      if (!place.isConnected) return;
      try {
        const { pictures } = await json(`models/${id}/similar?data=${folder}&count=${alike}`, { body: file, signal: stop.signal });
        const rows = pictures.map(one => one.row).sort((a, b) => a - b);
        const sheet = await createImageBitmap(await (await api(`data/${folder}/thumbnails?rows=${rows}`, { signal: stop.signal })).blob()), side = sheet.width / Math.min(8, rows.length);
        place.replaceChildren(h('h3', {}, t('similar')), h('ul', { class: 'wall thumbnails' }, pictures.map(one => {
          const canvas = h('canvas', { width: side, height: side, role: 'img', 'aria-label': one.path }), i = rows.indexOf(one.row);
          canvas.getContext('2d').drawImage(sheet, (i % 8) * side, Math.floor(i / 8) * side, side, side, 0, 0, side, side);
          return h('li', {}, canvas, h('span', { class: 'hint', title: one.path }, `${one.label || one.path.split('/').at(-1)} · ${number(one.distance, 3)}`));
        })));
      } catch (error) {
        if (error.name !== 'AbortError') place.replaceChildren(problem(error));
      }
    });
    return place;
  }

  place.append(h('div', { class: 'desk' },
    h('form', { class: 'card controls', onsubmit: e => e.preventDefault() }, drop({ multiple: true, stop, onfiles: add }), chosen.control, h('div', { class: 'check' }, crops, h('label', { for: crops.id }, t('ten-crop'))), among, work, csv),
    h('section', { 'aria-label': t('result') }, empty, cards)));
}

// A cell that begins as a formula is text to spreadsheets, and not one of a stranger's.
const cell = text => `"${String(text).replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

function toCsv(told) {
  const most = Math.max(...told.map(one => one.top.length), 1);
  const head = ['picture', ...Array.from({ length: most }, (_, i) => [`class ${i + 1}`, `probability ${i + 1}`]).flat(), 'problem'];
  const rows = told.map(one => [cell(one.name), ...Array.from({ length: most }, (_, i) => one.top[i] ? [cell(one.top[i].name), one.top[i].probability] : ['', '']).flat(), one.problem ? cell(one.problem) : '']);
  return [head.join(','), ...rows.map(row => row.join(','))].join('\r\n') + '\r\n';
}
