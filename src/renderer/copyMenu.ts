/**
 * The small menu that copies rows in a chosen format. It opens in the bar rather than over the rows, since VS Code clips
 * an output at its edges.
 */
import type { CopyFormat } from './copyFormats.ts';
import { button, element, keepKeys } from './dom.ts';

const labels: Record<CopyFormat, string> = {
  tsv: 'Tab-separated',
  csv: 'CSV',
  json: 'JSON',
  markdown: 'Markdown',
};

const formats = Object.keys(labels).filter((key): key is CopyFormat => Object.hasOwn(labels, key));

/** Returns the menu as a disclosure; `copy` gets the format chosen. */
export function copyMenu(copy: (format: CopyFormat) => void): HTMLElement {
  const items = element('div', { class: 'hunt-menu', attributes: { role: 'menu' } });
  const opener = button('Copy as', 'Copy the selection, or all rows when nothing is selected', () =>
    toggle(),
  );
  opener.setAttribute('aria-haspopup', 'menu');
  const root = element('div', { class: 'hunt-menu-root', children: [opener, items] });
  items.hidden = true;

  const close = () => {
    items.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
  };
  const toggle = () => {
    if (!items.hidden) {
      close();
      return;
    }
    items.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    items.querySelector('button')?.focus();
  };
  for (const format of formats) {
    const item = button(labels[format], `Copy as ${labels[format]}`, () => {
      close();
      copy(format);
    });
    item.setAttribute('role', 'menuitem');
    items.append(item);
  }
  root.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node) || !root.contains(event.relatedTarget)) close();
  });
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
      opener.focus();
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const all = [...items.querySelectorAll('button')];
      const step = event.key === 'ArrowRight' ? 1 : -1;
      const focused = all.findIndex((item) => item === document.activeElement);
      all[(focused + step + all.length) % all.length]?.focus();
      event.preventDefault();
    }
  });
  keepKeys(root);
  return root;
}
