/**
 * @typedef {import('./mail-store.mjs').CaughtMessage} CaughtMessage
 */

const shown = 500;
const style = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1d2430; }
  a { color: #0b5cad; } h1 { font-size: 1.4rem; } .quiet { color: #5d6675; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .4rem .6rem; vertical-align: top; }
  tr { border-bottom: 1px solid #dfe3e8; } th { color: #5d6675; font-weight: 500; } td { overflow-wrap: anywhere; }
  time { white-space: nowrap; font-variant-numeric: tabular-nums; color: #5d6675; }
  iframe { border: 1px solid #dfe3e8; width: 100%; height: 44rem; background: #fff; }
  pre { white-space: pre-wrap; background: #f5f6f8; padding: 1rem; overflow-wrap: anywhere; }
  @media (max-width: 40rem) {
    body { margin: 1rem auto; } thead { display: none; } tbody, tr, td { display: block; } tr { padding: .5rem 0; }
    td { padding: .1rem 0; } td.subject { font-weight: 600; }
  }`;

/**
 * @param {CaughtMessage[]} messages oldest first
 * @returns {string} HTML page: every message, newest first
 */
export function renderInbox(messages) {
  const rows = messages.slice(-shown).reverse().map(renderRow).join('');
  const table = `<table><thead><tr><th>Received (UTC)</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows}</tbody></table>`;
  const nothing = '<p>Nothing yet. The first mails come about a minute after the start.</p>';
  return page({
    title: 'Mailbox',
    refreshSeconds: 5,
    body: `<h1>Mailbox</h1>
<p class="quiet">Every mail that this stack sends is caught here; none leaves this machine. ${messages.length} caught.</p>
${rows === '' ? nothing : table}`,
  });
}

/**
 * @param {CaughtMessage} message
 * @returns {string} HTML page; the mail's own HTML stays in a frame without scripts
 */
export function renderMessage(message) {
  const { id, subject, from, to, envelope, receivedAt, text, html, headers } = message;
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
  const frame = `<iframe title="The mail" src="/messages/${encodeURIComponent(id)}/body" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
  return page({
    title: subject === '' ? '(no subject)' : subject,
    body: `<p><a href="/">← Mailbox</a></p>
<h1>${escapeHtml(subject === '' ? '(no subject)' : subject)}</h1>
<p class="quiet">From ${escapeHtml(from)} to ${escapeHtml(to.join(', '))}, <time>${escapeHtml(readable(receivedAt))} UTC</time><br>
Envelope: ${escapeHtml(envelope.from)} → ${escapeHtml(envelope.to.join(', '))}</p>
${html === '' ? '' : frame}
<h2>Text part</h2><pre>${text === '' ? '(none)' : linkify(text)}</pre>
<details><summary>Headers</summary><pre>${escapeHtml(lines.join('\n'))}</pre></details>`,
  });
}

/**
 * @param {CaughtMessage} message
 * @returns {string} the mail's own HTML, for the frame
 */
export function renderMessageBody({ html }) {
  return `<!doctype html><base target="_blank">${html}`;
}

/** @param {CaughtMessage} message */
function renderRow({ id, to, subject, receivedAt }) {
  const link = `<a href="/messages/${encodeURIComponent(id)}">${escapeHtml(subject === '' ? '(no subject)' : subject)}</a>`;
  const time = `<time>${escapeHtml(readable(receivedAt))}</time>`;
  return `<tr><td>${time}</td><td>${escapeHtml(to.join(', '))}</td><td class="subject">${link}</td></tr>`;
}

/** @param {string} instant ISO */
function readable(instant) {
  return instant.slice(0, 19).replace('T', ' ');
}

/** @param {{ title: string, body: string, refreshSeconds?: number }} parts */
function page({ title, body, refreshSeconds }) {
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body>${body}</body></html>`;
}

/** Text parts write links as `name [address].`: bracket and full stop are not the address's. @param {string} text */
function linkify(text) {
  return text
    .split(/(https?:\/\/[^\s<>"[\]]*[^\s<>"[\].,;:!?)])/)
    .map((part, index) =>
      index % 2 === 0
        ? escapeHtml(part)
        : `<a href="${escapeHtml(part)}" target="_blank" rel="noreferrer">${escapeHtml(part)}</a>`,
    )
    .join('');
}

/** @param {string} text */
function escapeHtml(text) {
  const entities = /** @type {Record<string, string>} */ ({
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  });
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
