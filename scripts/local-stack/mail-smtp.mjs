import { SMTPServer } from 'smtp-server';

/**
 * @typedef {import('./mail-faults.mjs').Fault} Fault
 */

const dataStages = /** @type {import('./mail-faults.mjs').FaultStage[]} */ ([
  'data',
  'data_drop',
  'after_dot_drop',
  'slow',
]);

/**
 * The SMTP side of the mail catcher: takes every message for anybody, without login or TLS, and misbehaves as told.
 *
 * @param {{ store: import('./mail-store.mjs').MailStore, faults: import('./mail-faults.mjs').FaultList }} parts
 * @returns {SMTPServer} not yet listening
 */
export function createSmtpServer({ store, faults }) {
  /** @type {Map<number, import('node:net').Socket>} */
  const sockets = new Map();
  /** @param {import('smtp-server').SMTPServerSession} session */
  const hangUp = (session) => void sockets.get(session.remotePort)?.destroy();

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    logger: false,
    onConnect: (_session, callback) => {
      const fault = faults.take(['connect'], []);
      callback(fault ? refusal(fault) : null);
    },
    onMailFrom: (_address, _session, callback) => {
      const fault = faults.take(['mail'], []);
      callback(fault ? refusal(fault) : null);
    },
    onRcptTo: ({ address }, _session, callback) => {
      const fault = faults.take(['rcpt'], [address]);
      callback(fault ? refusal(fault) : null);
    },
    onData: (stream, session, callback) => {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
      const fault = faults.take(dataStages, envelope.to);
      /** @type {Buffer[]} */
      const chunks = [];
      stream.on('data', (chunk) => {
        if (fault?.stage === 'data_drop') hangUp(session);
        else chunks.push(chunk);
      });
      stream.on('end', () => {
        if (fault?.stage === 'data_drop') return;
        if (fault?.stage === 'data') return callback(refusal(fault));
        store.add(Buffer.concat(chunks), envelope).then(
          ({ id }) => {
            if (fault?.stage === 'after_dot_drop') return hangUp(session);
            setTimeout(() => callback(null, `kept as ${id}`), fault?.delayMs ?? 0);
          },
          (/** @type {Error} */ error) => callback(Object.assign(error, { responseCode: 451 })),
        );
      });
    },
  });
  // The sessions of smtp-server do not show their sockets; on one address the far port names one.
  smtp.server.on('connection', (socket) => {
    const port = socket.remotePort;
    if (port === undefined) return;
    sockets.set(port, socket);
    socket.once('close', () => sockets.get(port) === socket && sockets.delete(port));
  });
  // Clients that go away in mid-sentence are this server's daily bread.
  smtp.on('error', () => undefined);
  return smtp;
}

/** @param {Fault} fault */
function refusal({ code, stage }) {
  return Object.assign(new Error(`told to answer ${code} at ${stage}`), { responseCode: code });
}
