// One frame per role. A browser keeps six connections to one address, and each chat holds one.
const MOST = 4;
const WIDTH = 360; // pixels a chat needs
const frames = document.getElementById('frames');
const links = Array.from(document.querySelectorAll('#roles a'));

function open(link) {
  const box = document.createElement('section');
  const frame = document.createElement('iframe');
  const title = document.createElement('h2');
  frame.src = link.href;
  frame.title = title.textContent = link.dataset.title;
  box.append(title, frame);
  box.dataset.href = link.href;
  const next = Array.from(frames.children).find((other) => place(other.dataset.href) > place(link.href));
  frames.insertBefore(box, next || null);
  mark(link, true);
  if (frames.children.length > MOST) {
    const other = links.find((a) => a !== link && shown(a));
    if (other) close(other);
  }
}

function close(link) {
  shown(link).remove();
  mark(link, false);
}

const place = (href) => links.findIndex((a) => a.href === href);
const shown = (link) => Array.from(frames.children).find((box) => box.dataset.href === link.href);

function mark(link, pressed) {
  link.setAttribute('aria-pressed', String(pressed));
}

if (window.innerWidth >= 2 * WIDTH) {
  for (const link of links) {
    link.setAttribute('role', 'button');
    mark(link, false);
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (shown(link)) close(link);
      else open(link);
    });
    link.addEventListener('keydown', (event) => {
      if (event.key === ' ') {
        event.preventDefault();
        link.click();
      }
    });
  }
  links.slice(0, Math.min(3, Math.floor(window.innerWidth / WIDTH))).forEach(open);
}

// The demo's clock: it runs by itself, and can be moved on.
const bar = document.getElementById('clock'), said = document.getElementById('said');
const day = document.getElementById('day');
const AWAY = 'Bản dùng thử chưa trả lời. Xin thử lại sau giây lát ạ.';

function show(time) {
  document.getElementById('now').textContent = time.now;
  day.min = time.day;
}

async function ask(options) {
  const answer = await fetch('clock', options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.say);
  show(body);
}

async function move(to) {
  const buttons = Array.from(bar.querySelectorAll('button'));
  buttons.forEach((button) => { button.disabled = true; });
  said.textContent = 'Đang chạy tới…';
  const headers = { 'Content-Type': 'application/json' };
  try {
    await ask({ method: 'POST', headers, body: JSON.stringify({ to }) });
    said.textContent = '';
  } catch (problem) {
    said.textContent = problem instanceof TypeError ? AWAY : problem.message || AWAY;
  }
  buttons.forEach((button) => { button.disabled = false; });
}

if (!bar.hidden) {
  const look = () => ask({}).catch(() => {});
  bar.addEventListener('click', (event) => { if (event.target.value && event.target.type === 'button') move(event.target.value); });
  bar.addEventListener('submit', (event) => { event.preventDefault(); move(day.value); });
  setInterval(look, 20000);
  look();
}
