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
