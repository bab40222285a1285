// The web chat: joins what is said, what is on its way and what is answered.
import { remember, remembered } from './look.js';
import { call, listen, useToken } from './net.js';
import { load, makeQueue, newKey } from './queue.js';
import * as composer from './composer.js';
import * as talk from './talk.js';

const $ = (id) => document.getElementById(id);
const ME = 'dvk-me ' + location.pathname;
const LOST = 'Mất mạng. Tin nhắn vẫn được giữ trong máy và sẽ tự gửi khi có mạng.';
let me = null, queue = null, stream = null, connected = '', worry = 0, older = true, loading = false;

function banner(text) {
  clearTimeout(worry);
  $('banner').hidden = !text;
  $('banner').textContent = text;
}

function connection(state) {
  if (state === 'open' && queue) queue.kick();
  if (state === connected) return;
  connected = state;
  $('state').textContent = state === 'open' ? 'Trợ lý sẵn sàng' : 'Đang chờ mạng…';
  if (state === 'open') banner('');
  else worry = setTimeout(banner, navigator.onLine ? 2500 : 0, LOST); // a hiccup is no news
}

function signIn() {
  // Not twice at once: a page that is signed out for good must not reload for ever.
  const before = Number(sessionStorage.getItem('dvk-reload')) || 0;
  sessionStorage.setItem('dvk-reload', String(Date.now()));
  if (Date.now() - before > 10000) location.reload();
  else composer.say('Phiên trò chuyện đã kết thúc. Xin vào lại bằng lời mời hoặc mã ạ.');
}

// false: this page belongs to somebody else, whose messages must not go out under this session
async function know(person) {
  remember(ME, JSON.stringify({ chat: person.chat, name: person.name }));
  if (me && me.chat !== person.chat) { location.reload(); return false; }
  if (person.csrf) useToken(person.csrf);
  $('who').textContent = person.name || '';
  if (me) return true;
  me = person;
  queue = makeQueue(location.pathname + ' ' + me.chat, {
    sending: (item) => { talk.mark(item, 'đang gửi…'); talk.expectAnswer(); },
    sent: (item) => {
      talk.mark(item, '✓ đã gửi');
      setTimeout(() => { if (connected === 'open') talk.forget(item); }, 20000);
    },
    waits: (item) => { talk.mark(item, 'chờ mạng'); talk.quiet(); },
    refused: (item, sentence) => talk.refuse(item, sentence, composer.edit),
    token: () => call('history?before=1').then((answer) => know(answer.me)).catch(() => false),
    out: signIn,
  });
  for (const item of await load(location.pathname + ' ' + me.chat)) {
    talk.addPending(item);
    talk.mark(item, 'chờ mạng');
    queue.add(item);
  }
  return true;
}

function send(item) {
  if (!queue) { composer.say('Trang đang mở, xin đợi một chút rồi gửi lại ạ.'); return false; }
  const whole = Object.assign({ key: newKey(), at: Date.now() }, item);
  $('hello').hidden = true;
  talk.addPending(whole);
  if (!navigator.onLine) talk.mark(whole, 'chờ mạng');
  queue.add(whole);
  return true;
}

talk.onPress((option) => {
  send({ said: { button: option[1] }, label: option[0] });
  composer.keepFocus();
});

function arrived(list) {
  talk.addNew(list);
  composer.want(talk.wanted());
  $('hello').hidden = !talk.isEmpty();
}

async function loadOlder() {
  if (loading || !older || !talk.first()) return;
  loading = true;
  try {
    const page = await call('history?before=' + talk.first());
    older = page.more;
    talk.addOld(page.mail);
  } catch (e) { /* the button stays; a later scroll tries again */ } finally {
    loading = false;
    $('older').hidden = !older;
  }
}

function ended(why) {
  if (why === 'out') { signIn(); return; }
  $('state').textContent = 'Đang mở ở nơi khác';
  connected = '';
  banner('Cuộc trò chuyện đang mở ở nhiều nơi. Bấm vào trang này để tiếp tục ở đây.');
  document.addEventListener('click', () => stream.open(), { once: true });
}

async function open(tries) {
  try {
    const page = await call('history');
    if (!(await know(page.me))) return;
    older = page.more;
    $('older').hidden = !older;
    arrived(page.mail);
    talk.toEnd();
    talk.announceSoon();
    stream = listen(talk.last, { mail: (row) => arrived([row]), state: connection, end: ended });
  } catch (failure) {
    if (failure.kind === 'out') { signIn(); return; }
    connection('lost');
    setTimeout(() => open(tries + 1), Math.min(30000, 1000 * Math.pow(2, tries)));
  }
}

async function signOut() {
  if (queue && queue.items.length && !window.confirm('Còn tin chưa gửi, đăng xuất sẽ bỏ các tin đó. Vẫn đăng xuất?')) return;
  try { await call('out', {}); } catch (failure) {
    if (failure.kind !== 'out') { composer.say('Chưa đăng xuất được. Xin tải lại trang rồi thử lại ạ.'); return; }
  }
  if (stream) stream.close();
  if (queue) await queue.clear();
  composer.fill('');
  remember(ME, null);
  location.assign('./');
}

// An iPhone does not shrink the page for its keyboard; the composer would hide behind it.
function followKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  seen.addEventListener('resize', () => {
    document.body.style.height = seen.scale === 1 ? seen.height + 'px' : '';
    if (seen.scale === 1) { window.scrollTo(0, 0); talk.stay(); }
  });
}

composer.start(send);
followKeyboard();
$('out').addEventListener('click', signOut);
$('older').addEventListener('click', loadOlder);
$('log').addEventListener('scroll', () => { if ($('log').scrollTop < 80) loadOlder(); });
document.addEventListener('click', (event) => { if (!$('more').contains(event.target)) $('more').open = false; });
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') $('more').open = false; });
if ('serviceWorker' in navigator && window.isSecureContext) navigator.serviceWorker.register('sw.js').catch(() => {});
const known = remembered(ME);
if (known) know(JSON.parse(known)).then(() => open(0));
else open(0);
