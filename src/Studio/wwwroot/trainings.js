// What goes on: pause, stop, go on, wherever a run is shown.
import { api } from './api.js';
import { h, button, problem, say } from './ui.js';
import { t } from './strings.js';

// run: its entry; training: what the page began of it, if it did.
export function controls(run, training, changed) {
  const place = h('span', { class: 'actions' }), trouble = h('div');
  const call = (path, told) => async () => {
    for (const one of place.querySelectorAll('button')) one.disabled = true;
    try { await api(path, { method: 'POST' }); say(told); } catch (error) { trouble.replaceChildren(problem(error)); }
    changed();
  };
  const name = run?.name ?? training.name, id = run?.id ?? training.id;
  const add = (text, path, kind) => { const made = button(text, call(path, `${text}: ${name}`), kind); made.setAttribute('aria-label', `${text}: ${name}`); place.append(made); };
  if (training?.state === 'running') {
    add(t('pause'), `trainings/${id}/stop?pause=true`);
    add(t('stop-training'), `trainings/${id}/stop`, 'plain');
  } else if (training?.state === 'stopping') {
    add(t('end-now'), `trainings/${id}/stop`, 'plain');
  } else if (run?.canResume) {
    add(t('go-on'), `runs/${id}/resume`);
  }
  place.append(trouble);
  return place;
}
