// The conversation on the screen: rows by number, what is still on its way, and where to scroll.
import { botBubble, buttons, clock, dayName, dayOf, make, ownBubble } from './draw.js';

const $ = (id) => document.getElementById(id);
const log = $('log'), rows = $('rows'), waiting = $('waiting'), newest = $('newest');
const NEAR = 120; // pixels from the end that still count as reading the end
const PEEP = 60; // and those that hide nothing worth a tap
const BOUNCE = 400; // ms between the taps of a double tap, at most
const PATIENCE = 15000; // how long an answer may seem to be coming

const mails = new Map(); // number → {mail, row}
const labels = new Map(); // button data → its words
const days = new Map(); // day → its heading
const pending = new Map(); // key → {item, row, failed}
let live = []; // entries of mails whose buttons can be pressed, newest first
let pressed = 0; // when a button was
let answering = 0;
let press = () => {};

export const last = () => Math.max(0, ...mails.keys());
export const first = () => (mails.size ? Math.min(...mails.keys()) : 0);
export const isEmpty = () => !mails.size && !pending.size;
export function onPress(act) { press = act; }

// What the question on the screen would like to get.
export function wanted() {
  const question = live.find(({ mail }) => mail.body.wanted) || live[0];
  if (question) return question.mail.body.wanted;
  const newestMail = mails.get(last());
  return newestMail && !newestMail.mail.own ? newestMail.mail.body.wanted : undefined;
}

function frame(own, bubble, meta) {
  const row = make('li', 'row ' + (own ? 'own' : 'bot'));
  row.append(bubble, make('p', 'meta', meta));
  return row;
}

function draw(mail) {
  const at = clock(new Date(mail.at));
  if (!mail.own) return frame(false, botBubble(mail.body), at);
  return frame(true, ownBubble(mail.body, labels.get(mail.body.button)), at + ' ✓ đã gửi');
}

function learn(mail) {
  if (!mail.own) (mail.body.options || []).concat(mail.body.actions || []).forEach((o) => labels.set(o[1], o[0]));
}

function heading(row, at) {
  const day = dayOf(at);
  const known = days.get(day);
  const shown = known || make('li', 'day', dayName(at));
  days.set(day, shown);
  if (!known || known.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_PRECEDING) rows.insertBefore(shown, row);
}

function place(row, n) {
  let after = rows.lastElementChild;
  while (after && !(Number(after.dataset.n) < n)) after = after.previousElementSibling;
  row.dataset.n = String(n);
  rows.insertBefore(row, after ? after.nextElementSibling : rows.firstElementChild);
}

function insert(mail) {
  if (mails.has(mail.n)) return false;
  const row = draw(mail);
  if (mail.own) keepPictures(mail.key, row);
  mails.set(mail.n, { mail, row });
  place(row, mail.n);
  heading(row, new Date(mail.at));
  if (mail.own) settle(mail.key);
  else if (mail.n === last()) quiet();
  return true;
}

// What this phone has just sent it need not fetch again.
function keepPictures(key, row) {
  const mine = pending.get(key), there = row.querySelector('.pictures');
  const here = mine && mine.row.querySelector('.pictures');
  if (here && there) there.replaceWith(here);
}

function settle(key) {
  const mine = pending.get(key);
  if (mine) mine.row.remove();
  pending.delete(key);
}

// --- what can be pressed -----------------------------------------------------------------
// Every message since one's own: a notice must not take the question's buttons away.
function liveRows() {
  if (Array.from(pending.values()).some((p) => !p.failed)) return [];
  const newestFirst = Array.from(mails.values()).sort((a, b) => b.mail.n - a.mail.n);
  const own = newestFirst.findIndex(({ mail }) => mail.own);
  const since = own < 0 ? newestFirst : newestFirst.slice(0, own);
  return since.filter(({ mail }) => mail.body.options || mail.body.actions);
}

function refreshButtons() {
  const now = liveRows();
  live.filter((old) => !now.includes(old)).forEach((old) => { old.box.remove(); old.box = null; });
  live = now;
  live.filter((one) => !one.box).forEach((one) => {
    one.box = buttons(one.mail.body, (option) => { pressed = Date.now(); press(option); });
    one.row.append(one.box);
    hold(one.box);
  });
}

// The second tap of a double tap must not answer the next question.
function hold(box) {
  const wait = pressed + BOUNCE - Date.now();
  if (wait <= 0) return;
  const all = Array.from(box.querySelectorAll('button'));
  const able = (yes) => all.forEach((button) => { button.disabled = !yes; });
  able(false);
  setTimeout(able, wait, true);
}

// --- scrolling ------------------------------------------------------------------------------
const below = () => log.scrollHeight - log.scrollTop - log.clientHeight;
const isNear = () => below() < NEAR;

// To the end, but never past the beginning of an answer that is longer than the screen.
export function toEnd() {
  const own = Array.from(log.querySelectorAll('.own')).pop();
  const answer = own ? own.nextElementSibling : rows.lastElementChild;
  const end = log.scrollHeight - log.clientHeight;
  log.scrollTop = answer && answer.classList.contains('bot') ? Math.min(end, answer.offsetTop - 12) : end;
  newest.hidden = below() < PEEP;
}

let near = true;
log.addEventListener('scroll', () => {
  near = isNear();
  if (below() < PEEP) newest.hidden = true;
});
window.addEventListener('resize', stay);
export function stay() { if (near) toEnd(); }
newest.addEventListener('click', () => {
  const screen = log.clientHeight - PEEP;
  log.scrollTop += below() > 4 * screen ? below() : screen;
});

// --- from outside ------------------------------------------------------------------------
export function addNew(list) {
  const follow = isNear() || pending.size > 0;
  list.forEach(learn);
  if (!list.map(insert).some(Boolean)) return;
  refreshButtons();
  if (follow) toEnd();
  else newest.hidden = below() < PEEP;
}

export function addOld(list) {
  const height = log.scrollHeight - log.scrollTop;
  log.setAttribute('aria-live', 'off'); // old messages are not news
  list.forEach(learn);
  list.forEach(insert);
  refreshButtons();
  log.scrollTop = log.scrollHeight - height;
  announceSoon();
}

export function announceSoon() { setTimeout(() => log.setAttribute('aria-live', 'polite'), 500); }

export function addPending(item) {
  const previews = item.photos && item.photos.filter((p) => p.data).map((p) => ({ small: URL.createObjectURL(new Blob([p.data])) }));
  const row = frame(true, ownBubble(item.said, item.label, previews), 'đang gửi…');
  pending.set(item.key, { item, row, failed: false });
  waiting.append(row);
  refreshButtons();
  toEnd();
}

// Stored, but its row is not among those on the screen: it is further up.
export function forget(item) {
  settle(item.key);
  refreshButtons();
}

export function mark(item, text) {
  const mine = pending.get(item.key);
  if (mine) mine.row.querySelector('.meta').textContent = text;
}

export function refuse(item, sentence, edit) {
  const mine = pending.get(item.key);
  if (!mine) return;
  const box = make('div', 'refused');
  const act = (text, then) => {
    const button = make('button', 'action', text);
    button.type = 'button';
    button.addEventListener('click', () => { settle(item.key); then(); });
    box.append(button);
  };
  mine.failed = true;
  mine.row.classList.add('failed');
  mark(item, sentence);
  if (item.said.text) act('Sửa lại', () => edit(item.said.text));
  act('Bỏ tin này', () => {});
  mine.row.append(box);
  quiet();
  refreshButtons();
  toEnd();
}

// --- somebody is answering ---------------------------------------------------------------
export function expectAnswer() {
  clearTimeout(answering);
  $('typing').hidden = false;
  answering = setTimeout(quiet, PATIENCE);
  if (isNear()) toEnd();
}

export function quiet() {
  clearTimeout(answering);
  $('typing').hidden = true;
}
