import type { Config } from '../../config/config.js';
import { askReadiness } from '../../integrations/http/ask-readiness.js';
import { examine, type Finding } from './finding.js';

/** Node major and minor below which api and worker do not start; `engines` of package.json. */
const NODE_AT_LEAST = [20, 20] as const;
const KEY_BYTES = 32;

/** What can be told without a server: the runtime and the configuration. */
export async function examineRuntime(config: Config): Promise<Finding[]> {
  return [
    { check: 'configuration', ok: true, says: 'complete' },
    await examine('node', process.versions.node, 'install Node 20.20 or newer', () => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      const [wantedMajor, wantedMinor] = NODE_AT_LEAST;
      const old = major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
      return old ? `${process.versions.node} is too old` : undefined;
    }),
    await examine('signing keys', 'in order', 'see SIGNING_KEYS in the README: id:secret, the newest first', () => {
      const { keys } = config.signing;
      const short = keys.filter(({ secret }) => secret.length < KEY_BYTES).map(({ id }) => id);
      if (new Set(keys.map(({ id }) => id)).size < keys.length) return 'two keys have the same id';
      if (short.length > 0) return `shorter than ${KEY_BYTES} bytes: ${short.join(', ')}`;
      return { well: `${keys.length}, ${keys[0]?.id} signs` };
    }),
  ];
}

/** Whether the api answers on its port, and what it says of itself. */
export function examineApi(config: Config): Promise<Finding> {
  const { baseUrl } = config.http;
  return examine('api', `ready at ${baseUrl}`, 'start it, check PORT, BASE_URL and its log', async () => {
    const said = await askReadiness(baseUrl);
    if (!said) return `nothing answers at ${baseUrl}`;
    return said.status === 'ready' ? undefined : `${said.status} at ${baseUrl}: ${said.down.join(', ')}`;
  });
}
