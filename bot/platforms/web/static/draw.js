// Messages as elements. Whatever was written by people goes in as text, never as markup.
const SVG = 'http://www.w3.org/2000/svg';
const DAYS = ['Chủ nhật', 'Thứ Hai', 'Thứ Ba', 'Thứ Tư', 'Thứ Năm', 'Thứ Sáu', 'Thứ Bảy'];
const CODE = /(DVK-\d{4}-\d+)/;
const LINK = /https?:\/\/[^\s<>"']+/g;

export function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#i-' + name);
  svg.append(use);
  return svg;
}

const two = (n) => (n < 10 ? '0' : '') + n;
export const clock = (date) => two(date.getHours()) + ':' + two(date.getMinutes());
export const dayOf = (date) => date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate());

export function dayName(date) {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(date) === dayOf(new Date())) return 'Hôm nay';
  if (dayOf(date) === dayOf(yesterday)) return 'Hôm qua';
  return DAYS[date.getDay()] + ', ' + two(date.getDate()) + '/' + two(date.getMonth() + 1) + '/' + date.getFullYear();
}

function safeAddress(text) {
  try {
    const url = new URL(text, location.href);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch (e) { return null; }
}

function anchor(address, text, name) {
  const href = safeAddress(address);
  if (!href) return document.createTextNode(text);
  const link = make('a', name, text);
  link.href = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  return link;
}

// A code torn apart at the end of a line is hard to read and to type again.
const unbroken = (text) => text.split(CODE).map((part, i) => (i % 2 ? make('span', 'unbroken', part) : part));

export function withLinks(text) {
  const whole = document.createDocumentFragment();
  let from = 0;
  text.replace(LINK, (found, at) => {
    const address = found.replace(/[.,;:!?)\]}”"]+$/, '');
    whole.append(...unbroken(text.slice(from, at)), anchor(address, address));
    from = at + address.length;
    return found;
  });
  whole.append(...unbroken(text.slice(from)));
  return whole;
}

// Lines that say where one is: the step, and what stands in capitals or under a code.
const STEP = /^(Bước \d+\/\d+|Thêm \d+\/\d+|(Thêm|Sửa): .{1,40})$/;
const HEAD = /^(\p{Lu}{2,}( \p{Lu}{2,})+|DVK-\d{4}-\d+: )/u;

function paragraph(text) {
  const p = make('p', 'text');
  let plain = '';
  const flush = () => { p.append(withLinks(plain)); plain = ''; };
  text.match(/[^\n]*\n|[^\n]+$/g).forEach((line, i) => {
    const name = STEP.test(line.trimEnd()) ? 'step' : !i && HEAD.test(line) ? 'head' : '';
    if (name) { flush(); p.append(make('span', name, line.trimEnd())); } else plain += line;
  });
  flush();
  return p;
}

// The server may still be making the small copy.
function tryAgain(image, tries) {
  const again = () => { image.src = image.src; };
  image.addEventListener('error', () => { if (tries-- > 0) setTimeout(again, 1500); });
}

function picture(source, whole, n) {
  const image = make('img');
  image.src = source;
  image.alt = 'Ảnh ' + n;
  image.loading = 'lazy';
  tryAgain(image, 5);
  if (!whole) return image;
  const link = anchor(whole, '');
  link.append(image);
  return link;
}

export function pictures(list) {
  const box = make('div', 'pictures');
  list.forEach((p, i) => box.append(picture(p.small, p.whole, i + 1)));
  return box;
}

const stored = (hashes) => pictures(hashes.map((h) => ({ small: 'photo/' + h + '?small=1', whole: 'photo/' + h })));

async function copy(text) {
  try { await navigator.clipboard.writeText(text); } catch (e) {
    const area = make('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

function codeChip(code) {
  const chip = make('button', 'code');
  const what = make('span', '', 'Chép mã');
  chip.type = 'button';
  chip.append(make('b', '', code), what);
  chip.addEventListener('click', async () => {
    await copy(code);
    what.textContent = 'Đã chép ✓';
    setTimeout(() => { what.textContent = 'Chép mã'; }, 3000);
  });
  return chip;
}

function document_(file) {
  const link = make('a', 'file');
  link.href = 'file/' + file[0];
  link.download = file[1];
  link.append(icon('file'), make('span', '', file[1]));
  return link;
}

function ownFile(name) {
  const box = make('p', 'text');
  box.append(icon('file'), make('span', '', name));
  return box;
}

export function botBubble(reply) {
  const bubble = make('div', 'bubble');
  bubble.append(make('span', 'hidden', 'Trợ lý: '));
  if (reply.text) bubble.append(paragraph(reply.text));
  if (reply.photos) bubble.append(stored(reply.photos));
  if (reply.file) bubble.append(document_(reply.file));
  if (reply.code) bubble.append(codeChip(reply.code));
  if (reply.link) bubble.append(anchor(reply.link, reply.link, 'link'));
  return bubble;
}

const degrees = (n) => n.toFixed(5).replace('.', ',');

// label: the words on the button that was pressed
export function ownBubble(said, label, previews) {
  const bubble = make('div', 'bubble' + (said.button ? ' pressed' : ''));
  bubble.append(make('span', 'hidden', 'Tôi: '));
  if (said.button) bubble.append(make('p', 'text', '✓ ' + (label || said.text || 'Đã chọn')));
  else if (said.text) bubble.append(paragraph(said.text));
  if (previews) bubble.append(pictures(previews));
  else if (said.photos) bubble.append(stored(said.photos));
  if (said.document) bubble.append(ownFile(said.document[0]));
  if (said.place) bubble.append(make('p', 'text', 'Vị trí: ' + said.place.map(degrees).join(' · ')));
  if (said.phone) bubble.append(make('p', 'text', said.phone));
  return bubble;
}

function optionButton(option, n, press) {
  const button = make('button', 'option ' + (option[2] || ''));
  button.type = 'button';
  const label = make('span');
  label.append(...unbroken(option[0]));
  button.append(make('span', 'n', String(n)), label);
  button.addEventListener('click', () => press(option));
  return button;
}

function actionButton(option, press) {
  const button = make('button', 'action ' + (option[2] || ''), option[0]);
  button.type = 'button';
  button.addEventListener('click', () => press(option));
  return button;
}

export function buttons(reply, press) {
  const box = make('div', 'buttons');
  const row = make('div', 'actions');
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', 'Các lựa chọn');
  (reply.options || []).forEach((option, i) => box.append(optionButton(option, i + 1, press)));
  (reply.actions || []).forEach((option) => row.append(actionButton(option, press)));
  if (row.children.length) box.append(row);
  return box;
}
