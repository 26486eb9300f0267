// The server's calls. A refusal is an error with a sentence, in the reader's language where the page has one.
import { t, has } from './strings.js';

let list;
const listeners = new Set();

export class Refused extends Error {
  constructor(code, message) { super(message); this.code = code; }
}

export async function api(path, { method, body, json, signal } = {}) {
  let answer;
  try {
    answer = await fetch(`api/${path}`, {
      method: method ?? (body || json ? 'POST' : 'GET'), signal,
      body: json ? JSON.stringify(json) : body,
      headers: json ? { 'Content-Type': 'application/json' } : body instanceof Blob ? { 'Content-Type': 'application/octet-stream' } : {},
    });
  } catch (problem) {
    if (problem.name === 'AbortError') throw problem;
    throw new Refused('gone', t('gone'));
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  const own = has(`problem-${told.code}`) ? t(`problem-${told.code}`) : '';
  throw new Refused(told.code, own && told.code === 'unusable' ? `${own} ${told.detail}` : own || told.detail || `HTTP ${answer.status}`);
}

export const json = async (path, options) => (await api(path, options)).json();

// All models, asked for once and again after a change.
export async function models(task) {
  list ??= json('models');
  try {
    const found = await list;
    return task ? found.models.filter(model => model.task === task) : found.models;
  } catch (problem) {
    list = undefined;
    throw problem;
  }
}

export const folder = async () => (await list).folder;

export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let first = true;
new EventSource('api/changes').addEventListener('change', () => {
  // The first tells what is so already.
  if (!first) { list = undefined; for (const listener of listeners) listener(); }
  first = false;
});
