import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { ALL_SCOPES, type Scope } from '../common/auth/caller.js';
import { ApiKeyEntity } from '../common/auth/api-key.entity.js';
import { ApiKeysService } from '../common/auth/api-keys.service.js';
import { inTransaction } from '../database/transaction.js';
import { PeopleService, type Person } from '../people/people.service.js';
import { PersonEntity } from '../people/person.entity.js';
import { SETUP_PERSON_KEY } from './set-up-organisation.js';

/** What a key is for, and so which scopes it has. */
const KEY_SCOPES: Readonly<Record<Scope, readonly Scope[]>> = {
  admin: ALL_SCOPES,
  marketing: ['marketing', 'intake'],
  sales: ['sales'],
  intake: ['intake'],
  ops: ['ops'],
};

const keysFileSchema = z.partialRecord(z.enum(ALL_SCOPES), z.string());

const nameOf = (purpose: Scope): string => `bootstrap ${purpose}`;

/**
 * Writes `{ admin, marketing, sales, intake, ops }` with a token each. Keys of the file that still work are kept; what is
 * made anew replaces the bootstrap key of before. Returns what was made now.
 */
export async function issueKeys(app: INestApplicationContext, file: string, now: Date): Promise<Scope[]> {
  const apiKeys = app.get(ApiKeysService);
  const tokens = readTokens(file);
  const fresh: Scope[] = [];
  await inTransaction(app.get(DataSource), async (manager) => {
    const holders = await keyHolders(app, manager);
    for (const purpose of ALL_SCOPES) {
      const token = tokens[purpose];
      if (token !== undefined && (await apiKeys.authenticate(token, now.getTime())) !== undefined) continue;
      const stale = await manager.findBy(ApiKeyEntity, { name: nameOf(purpose) });
      for (const key of stale) await apiKeys.revoke(manager, key.id, now);
      const key = { name: nameOf(purpose), personId: holders[purpose].id, scopes: KEY_SCOPES[purpose] };
      tokens[purpose] = (await apiKeys.create(manager, key, now)).token;
      fresh.push(purpose);
    }
  });
  if (fresh.length > 0) writeTokens(file, tokens);
  return fresh;
}

/** Once there are real people, the person of the set-up goes: their keys pass to the people they are meant for. */
export async function retireSetUpPerson(app: INestApplicationContext, manager: EntityManager): Promise<void> {
  const people = app.get(PeopleService);
  const setUp = await people.byKey(manager, SETUP_PERSON_KEY);
  if (setUp?.active !== true || (await people.accountableOwner(manager)).id === setUp.id) return;
  await manager.update(PersonEntity, { id: setUp.id }, { active: false });
  const holders = await keyHolders(app, manager);
  for (const purpose of ALL_SCOPES) {
    const key = { name: nameOf(purpose), personId: setUp.id };
    await manager.update(ApiKeyEntity, key, { personId: holders[purpose].id });
  }
}

/** Who fits a key: the accountable owner, a marketer and a sales team's owner with wide powers, an operator. */
async function keyHolders(app: INestApplicationContext, manager: EntityManager): Promise<Record<Scope, Person>> {
  const people = app.get(PeopleService);
  const accountable = await people.accountableOwner(manager);
  const active = (await people.list(manager)).filter((person) => person.active);
  const teams = await people.teams(manager);
  const ownerOf = (side: 'marketing' | 'sales') => {
    const ids = teams.flatMap((team) => (team.side === side && team.ownerId !== null ? [team.ownerId] : []));
    return active.find((person) => ids.includes(person.id));
  };
  const withRole = (role: Person['roles'][number]) => active.find((person) => person.roles.includes(role));
  return {
    admin: accountable,
    marketing: ownerOf('marketing') ?? withRole('marketer') ?? accountable,
    sales: ownerOf('sales') ?? withRole('rep') ?? accountable,
    intake: accountable,
    ops: withRole('operator') ?? accountable,
  };
}

function readTokens(file: string): Partial<Record<Scope, string>> {
  if (!existsSync(file)) return {};
  try {
    return keysFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A half-written file is replaced: its keys can not be told apart from foreign ones.
    return {};
  }
}

function writeTokens(file: string, tokens: Partial<Record<Scope, string>>): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}
