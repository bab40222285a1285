// Talking to the server: requests that say what to do when they fail, and the stream of new mail.
let token = '';

export function useToken(csrf) { token = csrf; }

// kind: 'later' (try again after some seconds), 'out' (sign in), 'token' (stale), 'no' (refused)
export class Failure extends Error {
  constructor(kind, sentence, after) {
    super(sentence || kind);
    this.kind = kind;
    this.sentence = sentence || '';
    this.after = after || 0;
  }
}

function failure(response, sentence) {
  const after = Number(response.headers.get('Retry-After')) || 0;
  if (response.status === 401) return new Failure('out', sentence);
  if (response.status === 403) return new Failure('token', sentence);
  if (response.status === 429 || response.status >= 500) return new Failure('later', sentence, after);
  return new Failure('no', sentence || 'Trợ lý chưa nhận được tin này. Xin thử lại ạ.');
}

export async function call(path, body, seconds) {
  const stop = window.AbortController ? new AbortController() : null;
  const timer = setTimeout(() => stop && stop.abort(), (seconds || 30) * 1000);
  const options = { credentials: 'same-origin', cache: 'no-store', signal: stop ? stop.signal : undefined };
  if (body !== undefined) {
    const raw = body instanceof ArrayBuffer;
    options.method = 'POST';
    options.body = raw ? body : JSON.stringify(body);
    options.headers = { 'X-CSRF': token, 'Content-Type': raw ? 'application/octet-stream' : 'application/json' };
  }
  try {
    const response = await fetch(path, options);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw failure(response, answer.say);
    return answer;
  } catch (error) {
    throw error instanceof Failure ? error : new Failure('later');
  } finally {
    clearTimeout(timer);
  }
}

const SILENCE = 40000; // the server beats every 15 s
const HIDDEN = 60000; // a page nobody sees gives its connection back

// on: {mail(row), state('open'|'lost'), end(why)}; last() is the newest number the page has.
export function listen(last, on) {
  let source = null, tries = 0, retry = 0, watchdog = 0, hidden = 0;

  function close() {
    if (source) source.close();
    source = null;
    clearTimeout(retry);
    clearTimeout(watchdog);
  }

  function alive() {
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, SILENCE);
    tries = 0;
    on.state('open');
  }

  function lost() {
    close();
    on.state('lost');
    const wait = Math.min(30000, 1000 * Math.pow(2, tries++)) * (0.75 + Math.random() / 2);
    retry = setTimeout(open, wait);
  }

  function open() {
    close();
    source = new EventSource('events?after=' + last());
    watchdog = setTimeout(lost, SILENCE);
    source.onerror = lost;
    source.onmessage = (event) => { alive(); on.mail(JSON.parse(event.data)); };
    source.addEventListener('beat', alive);
    source.addEventListener('end', (event) => {
      if (event.data === 'again') return lost();
      close();
      on.end(event.data);
    });
  }

  window.addEventListener('online', open);
  window.addEventListener('offline', () => { close(); on.state('lost'); });
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(close, HIDDEN);
    else if (!source) open();
  });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => { if (event.persisted) open(); });
  open();
  return { open, close };
}
