const ANSWER_WITHIN_MS = 5_000;

/** What a process answers at `/readyz`: the names of the checks that are not up; undefined when nobody answers. */
export async function askReadiness(
  baseUrl: string,
): Promise<{ readonly status: string; readonly down: readonly string[] } | undefined> {
  let response: Response;
  try {
    response = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch {
    return undefined;
  }
  const said = (await response.json()) as { status?: string; checks?: Record<string, string> };
  const checks = Object.entries(said.checks ?? {});
  return { status: said.status ?? 'not ready', down: checks.filter(([, is]) => is !== 'up').map(([name]) => name) };
}
