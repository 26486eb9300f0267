// A picture, enlarged, beside itself; or made smaller first, to tell how near the network comes to it.
import { api } from './api.js';
import { h, title, chooseModel, drop, wiper, atWork, addressOf, download, newId, say } from './ui.js';
import { t } from './strings.js';

export default async function enlarge(place, page) {
  const { state, keep, stop } = page;
  place.append(title('enlarge'));
  const chosen = await chooseModel(place, 'enlarge', page, () => run());
  if (!chosen) return;
  let file, before, original = null, turn = 0;
  const result = h('section', { class: 'card result', 'aria-label': t('result') }, h('p', { class: 'hint' }, t('enlarge-empty'))), work = h('div', { class: 'work' });
  const id = newId();
  const judge = h('input', { type: 'checkbox', id, checked: state.get('judge') === '1', onchange: () => { keep({ judge: judge.checked ? 1 : '' }); truth.hidden = judge.checked; run(); } });
  const truthName = h('span', { class: 'hint' });
  const truth = h('div', {}, drop({ label: t('drop-original'), onfiles: ([one]) => { original = one; truthName.textContent = one.name ?? ''; run(); } }), truthName);
  truth.hidden = judge.checked;

  async function run() {
    if (!file) return;
    const mine = ++turn, judged = judge.checked;
    let body = file;
    if (original && !judged) {
      body = new FormData();
      body.append('picture', file, 'picture');
      body.append('original', original, 'original');
    }
    const made = await atWork(work, async (key, signal) => {
      const answer = await api(`models/${chosen.model.id}/enlarge?shrink=${judged}&progress=${key}`, { body, signal });
      return { picture: await answer.blob(), factor: answer.headers.get('Factor'), psnr: answer.headers.get('Psnr'), bicubic: answer.headers.get('Bicubic-Psnr') };
    }, stop);
    if (!made || mine !== turn || stop.stopped) return;
    const address = addressOf(made.picture, stop), name = file.name?.replace(/\.[^.]*$/, '') || 'picture';
    result.replaceChildren(
      wiper(before, address, { labels: judged ? [t('original'), t('enlarged')] : [t('before'), t('enlarged')] }),
      ...made.psnr ? [h('dl', { class: 'figures' }, h('div', {}, h('dt', {}, t('psnr')), h('dd', {}, `${made.psnr} dB`)), h('div', {}, h('dt', {}, t('psnr-bicubic')), h('dd', {}, `${made.bicubic} dB`)))] : [],
      h('div', { class: 'row' }, download(address, `${name}-x${made.factor}.png`, t('download')), h('span', { class: 'hint' }, `×${made.factor}`)));
    say(t('enlarged'));
  }

  place.append(h('div', { class: 'desk' },
    h('form', { class: 'card controls', onsubmit: e => e.preventDefault() },
      drop({ stop, onfiles: ([one]) => { file = one; original = null; truthName.textContent = ''; before = addressOf(one, stop); run(); } }),
      chosen.control, h('div', { class: 'check' }, judge, h('label', { for: id }, t('judge'))), truth, work),
    result));
}
