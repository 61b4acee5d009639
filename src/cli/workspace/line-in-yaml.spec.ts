import { describe, expect, it } from '@jest/globals';
import { lineInYaml } from './line-in-yaml.js';

const text = `# A comment comes first.
key: walk
window: { days: [mon], from: "09:00", to: "17:00" }
steps:
  - { id: first, email: { template: hello } }
  - id: second
    wait_for:
      any:
        - { score: 30, then: third }
      timeout: { after: P3D,
                 then: third }
`;

describe('lineInYaml', () => {
  it.each([
    ['', 2],
    ['key', 2],
    ['window.to', 3],
    ['steps', 4],
    ['steps.0.email.template', 5],
    ['steps.1', 6],
    ['steps.1.wait_for.any.0.then', 9],
    ['steps.1.wait_for.timeout.then', 11],
    ['steps.1.wait_for.timeout.missing.deep', 10],
    ['steps.7.email', 4],
    ['nothing', 2],
  ])('finds %p on line %d', (path, line) => {
    expect(lineInYaml(text, path)).toBe(line);
  });

  it('counts in JSON alike', () => {
    expect(lineInYaml('{\n  "key": "x",\n  "steps": [\n    { "id": "a" }\n  ]\n}', 'steps.0.id')).toBe(4);
  });
});
