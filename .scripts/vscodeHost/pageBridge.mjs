// @ts-check
/**
 * Lets a test suite, which runs in the extension host, see and touch the window: a small HTTP server on 127.0.0.1.
 * HUNT_PAGE_BRIDGE holds its URL with a random token. Each request is `POST <url>/<action>` with a JSON body:
 *
 *   texts       { selector, in?, timeoutMs? }           -> { texts }   of all matches, once there is a visible one
 *   count       { selector, in? }                       -> { count }   of matches now
 *   click       { selector, in?, nth?, timeoutMs? }     -> {}
 *   type        { selector, in?, nth?, text, timeoutMs? } -> {}        fills an input
 *   press       { keys }                                -> {}          e.g. `Control+C`
 *   evaluate    { selector, in?, nth?, script, timeoutMs? } -> { value } that a function of the element, given as text, returns
 *   screenshot  { path, selector?, in? }                -> {}          writes a PNG
 *
 * `in` is `outputs` (default: the webviews with cell outputs and rendered prose) or `window` (the workbench).
 * A request that fails answers 500 with `{ error }`.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { runInThisContext } from 'node:vm';

/** @typedef {import('playwright-core').Page} Page @typedef {import('playwright-core').Locator} Locator */

const defaultTimeoutMs = 30_000;
const pollMs = 100;

/**
 * @typedef {object} Request
 * @property {string} [selector]
 * @property {'outputs' | 'window'} [in]
 * @property {number} [nth]
 * @property {number} [timeoutMs]
 * @property {string} [text]
 * @property {string} [keys]
 * @property {string} [script]
 * @property {string} [path]
 */

/** @type {Record<string, (page: Page, request: Request) => Promise<object>>} */
const actions = {
  texts: async (page, request) => ({ texts: await (await visible(page, request)).allInnerTexts() }),
  count: async (page, request) => ({ count: await countNow(page, request) }),
  click: async (page, request) => {
    await (await visible(page, request)).nth(request.nth ?? 0).click();
    return {};
  },
  type: async (page, request) => {
    await (await visible(page, request)).nth(request.nth ?? 0).fill(request.text ?? '');
    return {};
  },
  press: async (page, request) => {
    await page.keyboard.press(request.keys ?? '');
    return {};
  },
  evaluate: async (page, request) => {
    const element = (await visible(page, request)).nth(request.nth ?? 0);
    /** @type {unknown} */
    const script = runInThisContext(`(${request.script ?? ''})`);
    if (typeof script !== 'function') throw new Error('The script is no function.');
    /** @type {unknown} */
    const value = await element.evaluate(/** @type {(element: unknown) => unknown} */ (script));
    return { value };
  },
  screenshot: async (page, request) => {
    const target = request.selector === undefined ? page : await visible(page, request);
    await target.screenshot({ path: request.path });
    return {};
  },
};

/**
 * Starts the bridge.
 * @param {() => Promise<Page>} findPage  the window's page; asked at each request, so it may come later
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startPageBridge(findPage) {
  const token = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    /** @param {number} status @param {object} body */
    const answer = (status, body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const [, given, name = ''] = (request.url ?? '').split('/');
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (request.method !== 'POST' || given !== token || action === undefined) {
      answer(404, { error: `No such action: ${name}` });
      return;
    }
    void bodyOf(request)
      .then(async (body) => action(await findPage(), body))
      .then(
        (result) => answer(200, result),
        (/** @type {unknown} */ error) =>
          answer(500, { error: error instanceof Error ? error.message : String(error) }),
      );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page bridge has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/${token}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<Request>} */
async function bodyOf(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  /** @type {unknown} */
  const body = text === '' ? {} : JSON.parse(text);
  if (typeof body !== 'object' || body === null) throw new Error('The body is no JSON object.');
  return body;
}

/**
 * The places where the selector is looked for. Each notebook editor has one webview with all of its outputs.
 * @param {Page} page @param {Request} request @returns {Promise<Locator[]>}
 */
async function candidates(page, { selector, in: place = 'outputs' }) {
  if (selector === undefined) throw new Error('The request names no selector.');
  if (place === 'window') return [page.locator(selector)];
  const webviews = page.locator('iframe.webview.ready');
  return Array.from({ length: await webviews.count() }, (_, index) =>
    webviews.nth(index).contentFrame().frameLocator('iframe#active-frame').locator(selector),
  );
}

/** @param {Page} page @param {Request} request */
async function countNow(page, request) {
  const counts = (await candidates(page, request)).map((locator) => locator.count());
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/**
 * The matches in the first place where one is visible, waiting for it.
 * @param {Page} page @param {Request} request @returns {Promise<Locator>}
 */
export async function visible(page, request) {
  const deadline = Date.now() + (request.timeoutMs ?? defaultTimeoutMs);
  while (Date.now() < deadline) {
    for (const locator of await candidates(page, request)) {
      if (
        await locator
          .nth(request.nth ?? 0)
          .isVisible()
          .catch(() => false)
      )
        return locator;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`Nothing visible matches ${request.selector} in ${request.in ?? 'outputs'}.`);
}
