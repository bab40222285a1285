// The lower edge of the page: text, photos, lists, place. Everything ends in send(item), which says whether
// it took the item.
import { shrink } from './photo.js';
import { remember, remembered } from './look.js';

const $ = (id) => document.getElementById(id);
const text = $('text'), files = $('files'), remark = $('remark');
const DRAFT = 'dvk-draft ' + location.pathname;
const MOST_CHARACTERS = 10000;
const MOST_PHOTOS = 10;
const LIST = /\.(xlsx|xls|ods|csv)$/i;
const MOST_MEGABYTES = 10; // of a list
const withKeyboard = window.matchMedia('(pointer: fine)').matches;

export function say(sentence) {
  remark.textContent = sentence || '';
  remark.hidden = !sentence;
}

function fit() {
  text.style.height = 'auto';
  text.style.height = text.scrollHeight + 2 + 'px';
}

export function fill(value) {
  text.value = value;
  remember(DRAFT, value || null);
  fit();
}

export function edit(value) {
  fill(text.value ? value + '\n' + text.value : value);
  text.focus();
}

// On a phone the keyboard would cover half of the answer: leave it as it is.
export function keepFocus() {
  const stays = withKeyboard || document.activeElement === text;
  (stays ? text : $('log')).focus({ preventScroll: true });
}

export function want(what) {
  $('place').hidden = what !== 'place';
  $('photo').classList.toggle('primary', what === 'photos');
  text.inputMode = what === 'phone' ? 'tel' : 'text';
}

async function sendFiles(send) {
  const chosen = Array.from(files.files);
  files.value = '';
  say('');
  for (const file of chosen.filter((f) => LIST.test(f.name))) await sendList(file, send);
  const pictures = chosen.filter((f) => !LIST.test(f.name));
  if (pictures.length) await sendPhotos(pictures, send);
}

// A list of an office, as it is.
async function sendList(file, send) {
  if (file.size > MOST_MEGABYTES * 1e6) return say('Tệp “' + file.name + '” lớn quá ' + MOST_MEGABYTES + ' MB. Xin chia thành mấy tệp rồi gửi lại ạ.');
  if (!file.size) return say('Tệp “' + file.name + '” không có gì bên trong. Xin chọn lại tệp ạ.');
  try {
    const data = await new Response(file).arrayBuffer();
    send({ said: { document: [file.name] }, list: { name: file.name, data } });
  } catch (e) { say('Máy chưa mở được tệp “' + file.name + '”. Xin chọn lại tệp ạ.'); }
}

async function sendPhotos(chosen, send) {
  const said = words();
  say('Đang chuẩn bị ảnh…');
  const photos = [];
  let unread = 0;
  for (const file of chosen.slice(0, MOST_PHOTOS)) {
    try { photos.push({ data: await shrink(file) }); } catch (e) { unread++; }
  }
  say(
    unread ? 'Trợ lý chưa mở được ' + unread + ' tệp. Xin chọn ảnh chụp (JPEG, PNG), hoặc tệp Excel, CSV ạ.'
      : chosen.length > MOST_PHOTOS ? 'Đã lấy ' + MOST_PHOTOS + ' ảnh đầu. Xin gửi tiếp các ảnh còn lại ạ.' : ''
  );
  if (!photos.length) return;
  if (send({ said, photos }) && text.value.trim() === said.text) fill('');
}

// What was typed goes along with the photos.
function words() {
  const value = text.value.trim();
  return value && Array.from(value).length <= MOST_CHARACTERS ? { text: value } : {};
}

function sendPlace(send) {
  const typed = 'Máy chưa cho lấy vị trí. Xin gõ tên xã, thôn thay cho vị trí ạ.';
  if (!navigator.geolocation) return say(typed);
  say('Đang lấy vị trí…');
  return navigator.geolocation.getCurrentPosition(
    (found) => {
      say('');
      send({ said: { place: [found.coords.latitude, found.coords.longitude] } });
    },
    () => say(typed),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 }
  );
}

function sendText(send) {
  const value = text.value.trim();
  if (!value) return text.focus();
  if (Array.from(value).length > MOST_CHARACTERS) {
    return say('Tin dài quá 10.000 chữ. Xin chia thành vài tin ngắn hơn ạ; nội dung vẫn còn ở đây.');
  }
  say('');
  if (send({ said: { text: value } })) fill('');
  return keepFocus();
}

export function start(send) {
  $('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    sendText(send);
  });
  text.addEventListener('input', () => {
    remember(DRAFT, text.value || null);
    fit();
  });
  text.addEventListener('keydown', (event) => {
    // 229: a Vietnamese keyboard is still putting the word together
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!withKeyboard) return;
    event.preventDefault();
    sendText(send);
  });
  $('menu').addEventListener('click', () => { send({ said: { text: 'menu' } }); keepFocus(); });
  $('begin').addEventListener('click', () => { send({ said: { text: 'bắt đầu' } }); keepFocus(); });
  $('photo').addEventListener('click', () => files.click());
  $('place').addEventListener('click', () => sendPlace(send));
  files.addEventListener('change', () => sendFiles(send));
  window.addEventListener('resize', fit);
  fill(remembered(DRAFT) || '');
}
