// What the member said and the server has not yet confirmed: kept on the phone, sent in order, once.
import { call, Failure } from './net.js';

let memory = []; // when the browser keeps nothing (private browsing)
let nextId = 1;

const opened = new Promise((resolve) => {
  try {
    const request = indexedDB.open('dvk', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('queue', { keyPath: 'id', autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => resolve(null);
    setTimeout(resolve, 3000, null); // some browsers never answer
  } catch (e) { resolve(null); }
});

async function store(mode, act) {
  const db = await opened;
  if (!db) return undefined;
  return new Promise((resolve, reject) => {
    const work = db.transaction('queue', mode);
    const request = act(work.objectStore('queue'));
    work.oncomplete = () => resolve(request.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
}

async function save(item) {
  try {
    const id = await store('readwrite', (s) => s.put(item));
    if (id !== undefined) { item.id = id; return; }
  } catch (e) { /* full, or refused: memory still sends it */ }
  if (!item.id) item.id = 'm' + nextId++;
  if (memory.indexOf(item) < 0) memory.push(item);
}

async function drop(item) {
  memory = memory.filter((other) => other !== item);
  await store('readwrite', (s) => s.delete(item.id)).catch(() => undefined);
}

async function isThere(item) {
  if (memory.indexOf(item) >= 0) return true;
  const found = await store('readonly', (s) => s.get(item.id)).catch(() => undefined);
  return found !== undefined;
}

export async function load(owner) {
  const all = (await store('readonly', (s) => s.getAll()).catch(() => [])) || [];
  return all.filter((item) => item.owner === owner);
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (b) => (b + 256).toString(16).slice(1)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// Photos or the list first, each remembered once it has arrived; then the message that names them.
async function deliver(item) {
  for (const photo of item.photos || []) {
    if (photo.hash) continue;
    photo.hash = (await call('photo', photo.data, 180)).hash;
    photo.data = null;
    await save(item);
  }
  const list = item.list;
  if (list && !list.hash) {
    list.hash = (await call('list', list.data, 180)).hash;
    list.data = null;
    await save(item);
  }
  const document = list && { document: [list.name, list.hash] };
  const hashes = item.photos && { photos: item.photos.map((p) => p.hash) };
  await call('say', Object.assign({ key: item.key }, item.said, hashes, document));
}

// on: {sending, sent, waits, refused(item, sentence), token() → Promise<bool>, out()}
export function makeQueue(owner, on) {
  const items = [];
  let running = false, again = false, timer = 0, tries = 0;

  async function add(item) {
    item.owner = owner;
    if (!item.id) await save(item);
    items.push(item);
    kick();
  }

  async function remove(item) {
    const at = items.indexOf(item);
    if (at >= 0) items.splice(at, 1);
    await drop(item);
  }

  // false: stop for now
  async function sendOne(item, again) {
    try {
      if (!(await isThere(item))) { items.splice(items.indexOf(item), 1); on.sent(item); return true; }
      on.sending(item);
      await deliver(item);
      await remove(item);
      tries = 0;
      on.sent(item);
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === 'no') { await remove(item); on.refused(item, error.sentence); return true; }
      if (error.kind === 'out') { on.out(); return false; }
      if (error.kind === 'token' && !again && (await on.token())) return sendOne(item, true);
      items.forEach(on.waits);
      timer = setTimeout(kick, Math.max(error.after * 1000, Math.min(30000, 1000 * Math.pow(2, tries++))));
      return false;
    }
  }

  async function drain() {
    while (items.length) if (!(await sendOne(items[0]))) return;
  }

  async function kick() {
    clearTimeout(timer);
    again = running;
    if (running) return;
    running = true;
    try {
      // Two pages of one chat must not send side by side: the order would be lost.
      if (navigator.locks) await navigator.locks.request('dvk ' + owner, drain);
      else await drain();
    } finally { running = false; }
    if (again) kick();
  }

  async function clear() { while (items.length) await remove(items[0]); }

  return { add, remove, kick, clear, items };
}
