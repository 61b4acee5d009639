import { Connection, type ConnectionOptions } from '@temporalio/client';

/** Left alone the channel waits up to two minutes between its tries: so long would Temporal seem away once it is back. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 };

/** A connection to Temporal that is made with its first call, and made again soon after an outage. */
export function lazyConnection(address: string, options: ConnectionOptions = {}): Connection {
  return Connection.lazy({ ...options, address, channelArgs: RECONNECT });
}
