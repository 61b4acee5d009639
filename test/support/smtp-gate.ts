import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a mail server and can keep both sides from hearing each other, without ending a connection. */
export interface SmtpGate {
  readonly url: string;
  /** From now on nothing passes in either direction; connections are still taken. */
  hold(): void;
  release(): void;
  /** Ends all connections and refuses new ones until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** `smtpUrl`: the server behind the gate. */
export async function startSmtpGate(smtpUrl: string): Promise<SmtpGate> {
  const { hostname, port: targetPort } = new URL(smtpUrl);
  const sockets = new Set<Socket>();
  let held = false;
  let port = 0;
  let server: Server | undefined;

  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (held) from.pause();
  };
  const open = async (): Promise<void> => {
    server = createServer((client) => {
      const target = connect(Number(targetPort), hostname);
      join(client, target);
      join(target, client);
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  };

  await open();
  return {
    url: `smtp://127.0.0.1:${port}`,
    hold() {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    release() {
      held = false;
      for (const socket of sockets) socket.resume();
    },
    async shut() {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    open,
  };
}
