// Keeps the page itself for times without a connection; never anything of the conversation.
'use strict';
const NAME = 'dvk {{base}}/ ';
const CACHE = NAME + '{{version}}';
const HOME = '{{base}}/';
const SHELL = HOME + 'shell';
const FILES = [SHELL, {{shell}}];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((c) => c.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (key) => key.startsWith(NAME) && key !== CACHE;
  event.waitUntil(
    caches.keys()
      .then((keys) => Promise.all(keys.filter(old).map((key) => caches.delete(key))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener('fetch', (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && url.pathname === HOME) {
    event.respondWith(fetch(request).catch(() => caches.match(SHELL)));
  } else if (url.pathname.startsWith(HOME + 's/')) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
