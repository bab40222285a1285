// How the page looks: the switch for large type, on every page.
const KEY = 'dvk-large';

export function remembered(key) {
  try { return localStorage.getItem(key); } catch (e) { return null; }
}

export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch (e) { /* private browsing: nothing is remembered, all else works */ }
}

const button = document.getElementById('large');

function apply(large) {
  document.documentElement.classList.toggle('large', large);
  if (button) button.setAttribute('aria-pressed', String(large));
}

apply(remembered(KEY) === '1');
if (button) {
  button.addEventListener('click', () => {
    const large = button.getAttribute('aria-pressed') !== 'true';
    remember(KEY, large ? '1' : null);
    apply(large);
    window.dispatchEvent(new Event('resize')); // whoever measured text measures again
  });
}
