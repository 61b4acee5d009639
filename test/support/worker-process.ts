import { type AppProcess, startAppProcess } from './app-process.js';
import type { TestBaton } from './test-baton.js';

/** A worker in a process of its own, on the queues and the database of the test, in place of the one in this process. */
export type WorkerProcess = AppProcess;

export const startWorkerProcess = (baton: TestBaton): Promise<WorkerProcess> => startAppProcess('worker', baton.env);
