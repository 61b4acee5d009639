import type { Config } from '../config/config.js';
import type { RehearsalPlayService } from './rehearsal-play.service.js';

/** A worker of its own with everything it needs, on the configuration of one sandbox. */
export interface Sandbox {
  readonly player: RehearsalPlayService;
  /** Settles when its worker stops by itself; a rejection is a crash. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

export type StartSandbox = (config: Config) => Promise<Sandbox>;

/** Injection token of the function that composes a sandbox: a feature may not know activities. */
export const START_SANDBOX = Symbol('START_SANDBOX');
