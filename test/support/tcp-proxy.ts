import { createServer, connect, type Server, type Socket } from 'node:net';

/** Stands between the code under test and a server, so that a test can take the server away and give it back. */
export interface TcpProxy {
  readonly port: number;
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Connections stay and are taken, but nothing passes: as behind a firewall that drops what it sees. */
  hang(): void;
  /** What was held passes, late. */
  pass(): void;
}

export async function startTcpProxy(targetHost: string, targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  let held = false;

  const listen = async (): Promise<void> => {
    server = createServer((client) => {
      const target = connect(targetPort, targetHost);
      for (const socket of [client, target]) {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          client.destroy();
          target.destroy();
        });
      }
      for (const [from, to] of [
        [client, target],
        [target, client],
      ] as const) {
        from.on('data', (chunk) => to.write(chunk));
        from.on('end', () => to.end());
        if (held) from.pause();
      }
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  };

  await listen();
  return {
    port,
    async cut() {
      const closed = new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    restore: listen,
    hang() {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    pass() {
      held = false;
      for (const socket of sockets) socket.resume();
    },
  };
}
