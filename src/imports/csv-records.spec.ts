import { describe, expect, it } from '@jest/globals';
import { csvRecords, csvTrouble, isBlank } from './csv-records.js';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size = 1_000, from = 0): Promise<{ cells: string[]; endsAt: number }[]> {
  const records: { cells: string[]; endsAt: number }[] = [];
  for await (const { cells, endsAt } of csvRecords(pieces(Buffer.from(text).subarray(from), size), ','))
    records.push({ cells: [...cells], endsAt });
  return records;
}

describe('csvRecords', () => {
  it.each(['\r\n', '\n', '\r'])('can be taken up behind any row, with line ends %j', async (end) => {
    const text = ['é,b', '"1 ""é""",2', '', `3,"x${end}y"`, '4,5" x', '6,7,8'].join(end);
    const all = await read(text);
    expect(all.map(({ cells }) => cells)).toEqual([
      ...[['é', 'b'], ['1 "é"', '2'], [''], ['3', `x${end}y`], ['4', '5" x'], ['6', '7', '8']],
    ]);
    expect(await read(text, 1)).toEqual(all);
    for (const [index, { endsAt }] of all.entries()) {
      const rest = await read(text, 3, endsAt);
      expect(rest.map(({ cells }) => cells)).toEqual(all.slice(index + 1).map(({ cells }) => cells));
    }
  });

  it('says on which line a quote is opened that nobody closes', async () => {
    const trouble = await read('a,b\n1,2\n"3,4\n').then(() => undefined, csvTrouble);
    expect(trouble).toEqual({ line: expect.any(Number), why: 'a quote is opened and not closed' });
    const long = await read(`a,b\n"${'x'.repeat(300_000)}`).then(() => undefined, csvTrouble);
    expect(long?.why).toContain('a row is longer than 262144 bytes');
    expect(csvTrouble(new Error('something else'))).toBeUndefined();
  });

  it('passes on what goes wrong in the source', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('a,b\n');
      throw new Error('gone');
    }
    const reading = (async () => {
      for await (const _record of csvRecords(broken(), ',')) continue;
    })();
    await expect(reading).rejects.toThrow('gone');
  });
});

describe('isBlank', () => {
  it('knows a row of nothing', () => {
    expect([[''], ['', ' '], ['', 'a']].map((cells) => isBlank({ cells, endsAt: 0 }))).toEqual([true, true, false]);
  });
});
