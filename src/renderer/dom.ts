/** Builds DOM. Text enters the page here and only as text: nothing in the renderer writes HTML. */

export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

/** Returns a new element with its class, text, attributes and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class) made.className = options.class;
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  if (options.children) made.append(...options.children);
  return made;
}

/** Returns a button; its label is read aloud and shown as the tooltip where it differs from the text. */
export function button(
  text: string,
  label: string,
  onClick: (event: MouseEvent) => void,
  className = '',
): HTMLButtonElement {
  const made = element('button', {
    class: `hunt-button ${className}`.trim(),
    text,
    attributes: { type: 'button', 'aria-label': label, title: label },
  });
  made.addEventListener('click', onClick);
  return made;
}

/** Returns the text as nodes, what stands between backticks as code: names in a notice are written so. */
export function withCode(text: string): Node[] {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part) ? element('code', { text: part.slice(1, -1) }) : document.createTextNode(part),
    );
}

/** Returns children of a container brought to `count`, reusing those that are there. */
export function pooled(container: HTMLElement, count: number, make: () => HTMLElement): HTMLElement[] {
  while (container.childElementCount > count) container.lastElementChild?.remove();
  while (container.childElementCount < count) container.append(make());
  return [...container.children].filter((child) => child instanceof HTMLElement);
}

/** Sets text only when it differs, since writing the same text still costs a layout. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Keeps a key press inside: the notebook would act on letters and arrows otherwise. */
export function keepKeys(target: HTMLElement): void {
  target.addEventListener('keydown', (event) => event.stopPropagation());
}
