// A browser without a browser: keeps cookies, reads the forms of the pages, never follows a redirect by itself.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

export const PASSWORD = 'cordboard-demo';

export class Visitor {
  cookies = new Map();
  constructor(server) {
    this.server = server;
  }
  // `form`: an object, or the text of a body as it is.
  async go(url, form, headers = {}) {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
    const answer = await fetch(new URL(url, this.server.url), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie, ...(form && { origin: this.server.url, 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
      body: form && (typeof form === 'string' ? form : String(new URLSearchParams(form))),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return { status: answer.status, headers: answer.headers, location: answer.headers.get('location'), html: await answer.text() };
  }
  async follow(page, until = () => false) {
    while (page.status >= 300 && page.status < 400 && !until(page.location)) page = await this.go(page.location);
    return page;
  }
  // Fills in and sends the form of a page whose action holds `action`.
  send(page, action, more = {}) {
    const found = form(page.html, action);
    return this.go(found.action, { ...found.fields, ...more });
  }
  async signIn(email = 'admin@demo.example', password = PASSWORD, page) {
    return this.send(page ?? (await this.go('/login')), '/v1/authorize/login', { email, password });
  }
}

export function plain(html) {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

export function form(html, action = '') {
  const text = html.split(/(?=<form)/).find((part) => part.startsWith('<form') && part.includes(action));
  assert.ok(text, `a form ${action} in ${html.slice(0, 500)}`);
  const fields = {};
  for (const [tag] of text.split('</form>')[0].matchAll(/<input[^>]*>/g)) {
    const name = tag.match(/name="([^"]+)"/)?.[1];
    if (name && !/type="checkbox"/.test(tag)) fields[name] = plain(tag.match(/value="([^"]*)"/)?.[1] ?? '');
  }
  return { action: plain(text.match(/action="([^"]+)"/)[1]), fields };
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' };
}

// Opens the address a client sends its user to, signs in and allows; the address that the user comes back to.
export async function allow(visitor, url, email) {
  const target = new URL(url).searchParams.get('redirect_uri');
  const back = (location) => location?.startsWith(target);
  let page = await visitor.follow(await visitor.go(url), back);
  if (page.html.includes('name="password"')) page = await visitor.follow(await visitor.signIn(email, PASSWORD, page), back);
  if (!back(page.location)) page = await visitor.send(page, '/v1/authorize/consent', { decision: 'allow' });
  assert.ok(back(page.location), `${page.status} ${page.html}`);
  return page.location;
}
