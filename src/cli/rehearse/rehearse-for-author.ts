import { setTimeout as pause } from 'node:timers/promises';
import { ProblemException } from '../../common/problem.js';
import type { Config } from '../../config/config.js';
import { RehearsalsModule } from '../../rehearsals/rehearsals.module.js';
import type { RehearsalAnswer } from '../../rehearsals/rehearsals.schema.js';
import { RehearsalsService } from '../../rehearsals/rehearsals.service.js';
import { withCommandApp } from '../command-app.js';
import { WorkspaceProblem } from '../workspace/workspace-problem.js';
import type { NamedOrder } from './read-orders.js';
import { renderComparison, renderTracks } from './render-track.js';

const LOOK_EVERY_MS = 200;
/** A worker looks twice a second, unless it is busy with another rehearsal. */
const TAKEN_WITHIN_MS = 15_000;

/** How it went with one order. */
interface Played extends NamedOrder {
  readonly answer: RehearsalAnswer;
}

export interface Rehearsed {
  /** For people. */
  readonly lines: readonly string[];
  /** For programs. */
  readonly answers: readonly RehearsalAnswer[];
  readonly wrong: boolean;
}

/** Has the worker play every order and lays the tracks side by side. `tell` hears how far it is. */
export function rehearseForAuthor(
  config: Config,
  orders: readonly NamedOrder[],
  tell: (line: string) => void,
): Promise<Rehearsed> {
  return withCommandApp(config, [RehearsalsModule], async (app) => {
    const service = app.get(RehearsalsService);
    const played: Played[] = [];
    for (const order of orders) played.push({ ...order, answer: await play(service, order, tell) });
    return {
      lines: render(played),
      answers: played.map(({ answer }) => answer),
      wrong: played.some(({ answer }) => answer.state === 'failed'),
    };
  });
}

async function play(
  service: RehearsalsService,
  { name, cadence, order }: NamedOrder,
  tell: (line: string) => void,
): Promise<RehearsalAnswer> {
  const what = `${name} through ${cadence}`;
  let answer = await ask(service, order, cadence);
  const waitsUntil = Date.now() + TAKEN_WITHIN_MS;
  let told = -1;
  while (answer.state === 'queued' || answer.state === 'running') {
    await pause(LOOK_EVERY_MS);
    answer = await service.get(answer.id);
    if (answer.state === 'queued' && Date.now() > waitsUntil) {
      throw new Error(`no worker has taken rehearsal ${answer.id} yet: see whether one runs (baton doctor)`);
    }
    const share = Math.floor((answer.progress?.share ?? 0) * 10);
    if (share === told || !answer.progress) continue;
    told = share;
    tell(`${what}: ${answer.progress.at.slice(0, 10)}, ${share * 10} %`);
  }
  tell(`${what}: ${answer.state}${answer.tookMs === null ? '' : ` in ${(answer.tookMs / 1000).toFixed(1)} s`}`);
  return answer;
}

async function ask(service: RehearsalsService, order: NamedOrder['order'], cadence: string): Promise<RehearsalAnswer> {
  try {
    return await service.create(order, null);
  } catch (error) {
    if (!(error instanceof ProblemException)) throw error;
    throw new WorkspaceProblem(cadence, error.options.errors ?? [{ path: '', message: error.detail }]);
  }
}

function render(played: readonly Played[]): string[] {
  const failed = played.flatMap(({ name, cadence, answer: { failure } }) =>
    failure === null ? [] : [`${name} through ${cadence} failed: ${failure.message}`],
  );
  const cadences = [...new Set(played.map(({ cadence }) => cadence))];
  const tables = cadences.flatMap((cadence) => {
    const tracks = played.filter((one) => one.cadence === cadence && one.answer.track !== null);
    if (tracks.length === 0) return [];
    const named = tracks.map(({ name, answer }) => ({ name, track: answer.track ?? [] }));
    return [`== ${cadence}`, ...renderTracks(named), ''];
  });
  return [...tables, ...comparisons(played), ...failed];
}

/** The two versions of each lead stand one after the other. */
function comparisons(played: readonly Played[]): string[] {
  const names = [...new Set(played.map(({ name }) => name))];
  return names.flatMap((name) => {
    const [left, right] = played.filter((one) => one.name === name);
    if (!left?.answer.track || !right?.answer.track) return [];
    const title = `== ${name}: what ${right.cadence} changes against ${left.cadence}`;
    return [title, ...renderComparison(left.answer.track, right.answer.track), ''];
  });
}
